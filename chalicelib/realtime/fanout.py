"""Deliver a change to its followers: immediately or, to a large audience, through a FIFO queue.

For the reasons and the promised order, see docs/adr/0027-big-audiences.md.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import AppointmentKey, HourKey, LockKey
from chalicelib.core.events.batch import PoisonRecord
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.locking.model import Tab
from chalicelib.realtime.events.event import HasDraft, OutgoingEvent
from chalicelib.realtime.events.locks import lock_events
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.frames.calendar import AppointmentUpdated, SlotUpdated
from chalicelib.realtime.frames.locks import LockFrame
from chalicelib.realtime.management_api.delivery import DEFAULT_TIMEOUT_SECONDS, ManagementApi
from chalicelib.realtime.model import Connection, Subscriber, TopicAudience
from chalicelib.realtime.queue import FanoutMessage, FanoutQueue, fanout_queue, queue_entries
from chalicelib.realtime.service import delivery
from chalicelib.realtime.service.delivery import Undelivered
from chalicelib.realtime.store import connections, subscriptions

# The function that reads the stream serves so many connections itself; more would hold up the next records.
MAX_IMMEDIATE_RECIPIENTS = 500
# A topic stays queued for a while, since an immediate frame would overtake those in the queue. The queue keeps no
# message as long as the margin that the mark has left when one is sent.
QUEUED_TTL, QUEUED_MARGIN = timedelta(hours=1), timedelta(minutes=30)

Recipients = dict[str, Subscriber]


class AudienceStore(Protocol):
    """The subscribers of topics, and the topics that are queued."""

    def audience_of(self, topic: str) -> TopicAudience:
        """Return the audience of a topic."""

    def mark_queued(self, topic: str, until: datetime) -> None:
        """Mark that frames of a topic go through the queue."""


def publish(
    record: StreamRecord,
    api: ManagementApi,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    *,
    queue: FanoutQueue | None = None,
    topics: AudienceStore = subscriptions,
    clock: Clock = utc_now,
    max_immediate: int = MAX_IMMEDIATE_RECIPIENTS,
) -> None:
    """Deliver a change within the timeout, or through the queue.

    More than `max_immediate` recipients are reached through the queue. Repeats are harmless.

    Raises:
        PoisonRecord: the record is not one of ours.
        ImportError: a module that this kind of change needs is missing; publish the record again.
        Undelivered: some connections were not reached; publish the record again. All others got it.
        ExceptionGroup: all were reached or found closed, but not every closed one could be forgotten.
    """
    try:
        events = events_for(record, _has_draft)
    except (Undelivered, ImportError):  # neither is the record's fault
        raise
    except Exception as error:
        raise PoisonRecord(record.event_id) from error
    if events:
        deadline = time.monotonic() + timeout_seconds
        channels = _Channels(api, queue or fanout_queue(), topics, deadline, max_immediate)
        _Broadcast(record, events, channels, clock()).run()


def handle_fanout_message(body: str, api: ManagementApi, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
    """Deliver a frame to one part of a large audience.

    If some connections are missed, the whole message is redelivered, which is harmless. A new message for the few
    would stand behind those that wait already, and be overtaken by them.

    Raises:
        Undelivered: some connections were not reached.
        ExceptionGroup: all were reached or found closed, but not every closed one could be forgotten.
    """
    outcome = delivery.deliver_texts(FanoutMessage.from_body(body).texts, api, timeout_seconds)
    delivery.handle_outcome(outcome, api)


def events_for(record: StreamRecord, has_draft: HasDraft) -> list[OutgoingEvent]:
    """Return the events of a change, in order; none if nobody follows such a change.

    Each kind of change imports what it needs, since the first one waits for it.
    """
    match record.key:
        case LockKey() as key:
            return list(lock_events(key, record.old, record.new, has_draft))
        case AppointmentKey() as key:
            from chalicelib.realtime.events.calendar import appointment_events

            return list(appointment_events(key, record.old, record.new))
        case HourKey() as key:
            from chalicelib.realtime.events.calendar import slot_events

            return list(slot_events(key, record.old, record.new, record.at))
        case _:
            return []


def _has_draft(tenant_id: str, appointment_id: str, member_id: str) -> bool:
    from chalicelib.appointments.service import drafts

    try:
        return drafts.has_draft(tenant_id, appointment_id, member_id)
    except Exception as error:
        raise Undelivered("the draft could not be read") from error


@dataclass(frozen=True, slots=True)
class _Channels:
    """The two ways to connections.

    Immediately until `deadline` (monotonic), or through the queue.
    """

    api: ManagementApi
    queue: FanoutQueue
    topics: AudienceStore
    deadline: float
    max_immediate: int


class _Broadcast:
    """The delivery of one record.

    A `direct` recipient follows the record's own topic, its appointment; an `indirect` one gets it through a
    calendar. Each group is served immediately or through the queue, and in the same way by all of the record's
    frames.
    """

    def __init__(
        self, record: StreamRecord, events: list[OutgoingEvent], channels: _Channels, now: datetime
    ) -> None:
        self._topic = record.key.partition
        self._event_id = record.event_id
        self._events = events
        self._channels = channels
        self._now = now
        topics = {topic for event in events if not isinstance(event.recipients, Tab) for topic in event.recipients}
        self._indirect_topics = sorted(topics - {self._topic})
        self._audiences = {
            topic: channels.topics.audience_of(topic) for topic in [self._topic, *self._indirect_topics]
        }
        self._direct_ids = {each.connection_id for each in self._audiences[self._topic].subscribers}
        self._missed: set[str] = set()
        self._closed: set[str] = set()
        self._failures: list[Exception] = []

    def run(self) -> None:
        """Deliver every event, in order."""
        direct_queued, indirect_queued = self._choose_channels()
        for number, event in enumerate(self._events):
            if isinstance(event.recipients, Tab):
                self._deliver(connections.connections_of(event.recipients), event.frame)
                continue
            recipients = self._recipients(event.recipients, event.frame)
            queued = {
                connection_id: subscriber
                for connection_id, subscriber in recipients.items()
                if (direct_queued if connection_id in self._direct_ids else indirect_queued)
            }
            if queued:
                # The deduplication id is stable across redeliveries; its suffix differs when more recipients are
                # queued than the first time.
                name = f"{self._event_id}-{number}-{'all' if direct_queued else 'far'}"
                self._enqueue(name, queued, event.frame)
            immediate = (each for connection_id, each in recipients.items() if connection_id not in queued)
            self._deliver(immediate, event.frame)
        if self._missed:
            raise Undelivered(f"{len(self._missed)} connections were neither reached nor closed")
        if self._failures:
            raise self._failures[0]

    def _recipients(self, topics: Iterable[str], frame: Frame) -> Recipients:
        """Return the subscribers of topics, once each.

        Without those that have seen the change in their snapshot.
        """
        seen = {each.connection_id for each in self._audiences[self._topic].subscribers if _has_seen(each, frame)}
        return {
            each.connection_id: each
            for topic in topics
            for each in self._audiences[topic].subscribers
            if _is_interested(each, frame) and each.connection_id not in seen
        }

    def _choose_channels(self) -> tuple[bool, bool]:
        """Whether direct and indirect recipients are queued.

        Marks their topics before the first message.
        """
        audiences = [
            self._recipients(event.recipients, event.frame).keys()
            for event in self._events
            if not isinstance(event.recipients, Tab)
        ]
        limit = self._channels.max_immediate
        direct = self._is_queued(self._topic) or any(len(each & self._direct_ids) > limit for each in audiences)
        indirect = (
            direct
            or any(self._is_queued(topic) for topic in self._indirect_topics)
            or any(len(each) > limit for each in audiences)
        )
        if direct and any(audiences):
            self._mark_queued([self._topic])
        elif indirect and any(each - self._direct_ids for each in audiences):
            self._mark_queued(self._indirect_topics)
        return direct, indirect

    def _is_queued(self, topic: str, margin: timedelta = timedelta()) -> bool:
        queued_until = self._audiences[topic].queued_until
        return queued_until is not None and self._now + margin < queued_until

    def _mark_queued(self, topics: Iterable[str]) -> None:
        for topic in topics:
            if not self._is_queued(topic, QUEUED_MARGIN):
                self._channels.topics.mark_queued(topic, self._now + QUEUED_TTL)

    def _enqueue(self, name: str, recipients: Recipients, frame: Frame) -> None:
        common = delivery.encode(frame.redacted_for(None))
        texts = delivery.texts_for(recipients.values(), frame)
        self._channels.queue.send(queue_entries(self._topic, name, common, texts))

    def _deliver(self, audience: Iterable[Connection], frame: Frame) -> None:
        """Deliver immediately, except to connections that missed an earlier frame.

        Those need all frames.
        """
        skipped = self._missed | self._closed
        texts = delivery.texts_for((each for each in audience if each.connection_id not in skipped), frame)
        timeout_seconds = self._channels.deadline - time.monotonic()
        if timeout_seconds <= 0:
            self._missed.update(texts)
            return
        outcome = delivery.deliver_texts(texts, self._channels.api, timeout_seconds)
        self._missed.update(outcome.missed)
        self._closed.update(outcome.closed)
        try:
            delivery.forget_connections(outcome.closed, self._channels.api)
        except ExceptionGroup as failure:
            self._failures.append(failure)


def _is_interested(subscriber: Subscriber, frame: Frame) -> bool:
    """Whether a subscriber follows all of a topic, or the doctor of the frame."""
    is_of_doctor = isinstance(frame, SlotUpdated) and frame.doctor_id == subscriber.doctor_id
    return subscriber.doctor_id is None or is_of_doctor


def _has_seen(subscriber: Subscriber, frame: Frame) -> bool:
    """Whether a subscriber's snapshot contains the change."""
    match frame:
        case LockFrame(version=version):
            return version <= subscriber.seen.lock
        case AppointmentUpdated(appointment_version=version):
            return version <= subscriber.seen.appointment
        case _:
            return False
