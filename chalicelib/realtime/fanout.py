"""Telling everyone who follows a thing that it changed: at once or, where they are many, over the queue.

Why in this way, and what order is promised: docs/adr/0027-big-audiences.md.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.appointments.service import drafts
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.events.batch import PoisonRecord
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.locking.model import Tab
from chalicelib.realtime.delivery import Undelivered, deliver_texts, encode, texts_for
from chalicelib.realtime.events.dispatch import events_for
from chalicelib.realtime.events.event import OutgoingEvent
from chalicelib.realtime.frames import AppointmentUpdated, Frame, LockFrame, SlotUpdated
from chalicelib.realtime.management_api.delivery import DEFAULT_TIMEOUT_SECONDS, ManagementApi
from chalicelib.realtime.model import Connection, Subscriber, TopicAudience
from chalicelib.realtime.queue import FanoutMessage, FanoutQueue, fanout_queue, queue_entries
from chalicelib.realtime.service import delivery_cleanup
from chalicelib.realtime.store import connections, subscriptions

# So many connections are told in a moment by the function that reads the stream; more would hold it up.
MAX_IMMEDIATE_RECIPIENTS = 500
# A topic goes on being split for a while: a frame told at once would overtake those in the queue. The queue keeps
# none for as long as the mark has left when one is sent.
QUEUED_TTL, QUEUED_MARGIN = timedelta(hours=1), timedelta(minutes=30)

Recipients = dict[str, Subscriber]


class AudienceStore(Protocol):
    """Who follows what, and what is split."""

    def audience_of(self, topic: str) -> TopicAudience:
        """Everyone who follows a topic."""

    def mark_queued(self, topic: str, until: datetime) -> None:
        """Say how long its news goes over the queue."""


def announce(
    record: StreamRecord,
    api: ManagementApi,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    *,
    queue: FanoutQueue | None = None,
    topics: AudienceStore = subscriptions,
    clock: Clock = utc_now,
    max_immediate: int = MAX_IMMEDIATE_RECIPIENTS,
) -> None:
    """Tell those concerned of what a stream record changed, within `seconds` or, if they are more than
    `most_at_once`, over the queue. A repeat tells them again, which is harmless.

    Raises:
        PoisonRecord: it is not as we write them.
        Undelivered: the way to some connections is closed; the record is to be tried again. All others were told.
        ExceptionGroup: all were told, but some who are gone could not be let go.
    """
    all_news = _events_in(record)
    if all_news:
        ways = _Channels(api, queue or fanout_queue(), topics, time.monotonic() + timeout_seconds, max_immediate)
        _Broadcast(record, all_news, ways, clock()).run()


def handle_fanout_message(body: str, api: ManagementApi, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
    """Tell one part of a big audience, as a message says.

    When some were missed, the whole message comes again, and who was told is told twice, which is harmless. A new
    message for the few would stand behind those that wait already, and be overtaken by them.

    Raises:
        Undelivered: some were missed.
        ExceptionGroup: all were told, but some who are gone could not be let go.
    """
    delivery_cleanup.handle_outcome(deliver_texts(FanoutMessage.from_body(body).texts, api, timeout_seconds), api)


def _events_in(record: StreamRecord) -> list[OutgoingEvent]:
    def has_draft(tenant_id: str, appointment_id: str, user_id: str) -> bool:
        try:
            return drafts.has_draft(tenant_id, appointment_id, user_id)
        except Exception as failure:
            raise Undelivered("it is not known whether there is a draft") from failure

    try:
        return events_for(record, has_draft)
    except Undelivered:
        raise
    except Exception as fault:
        raise PoisonRecord(record.event_id) from fault


@dataclass(frozen=True, slots=True)
class _Channels:
    """How connections are reached: at once until `ends_at`, on the monotonic clock, or over the queue."""

    api: ManagementApi
    queue: FanoutQueue
    topics: AudienceStore
    ends_at: float
    max_immediate: int


class _Broadcast:
    """The telling of one record.

    Those who follow the record's own topic, its appointment, are `near`; who hears of it as one who follows a
    calendar or free times is `far`. Each of the two is told at once or over the queue, and each in the same way by
    all of the record's frames.
    """

    def __init__(
        self, record: StreamRecord, all_news: list[OutgoingEvent], ways: _Channels, now: datetime
    ) -> None:
        self._topic = record.key.partition
        self._event_id = record.event_id
        self._events = all_news
        self._channels = ways
        self._now = now
        far_topics = {
            topic for news in all_news if not isinstance(news.recipients, Tab) for topic in news.recipients
        }
        self._indirect_topics = sorted(far_topics - {self._topic})
        self._audiences = {
            topic: ways.topics.audience_of(topic) for topic in [self._topic, *self._indirect_topics]
        }
        self._direct_ids = {one.connection_id for one in self._audiences[self._topic].subscribers}
        self._missed: set[str] = set()
        self._closed: set[str] = set()
        self._failures: list[Exception] = []

    def run(self) -> None:
        """Tell all of it, in order."""
        near_by_queue, far_by_queue = self._queue_decisions()
        for number, news in enumerate(self._events):
            if isinstance(news.recipients, Tab):
                self._deliver_now(connections.connections_of(news.recipients), news.frame)
                continue
            followers = self._recipients(news.recipients, news.frame)
            by_queue = {
                each: one
                for each, one in followers.items()
                if (near_by_queue if each in self._direct_ids else far_by_queue)
            }
            if by_queue:
                # A repeat of the record has the same names, and the queue drops what it has. When it is to tell
                # more than the first time, it has nothing for those.
                name = f"{self._event_id}-{number}-{'all' if near_by_queue else 'far'}"
                self._enqueue(name, by_queue, news.frame)
            self._deliver_now((one for each, one in followers.items() if each not in by_queue), news.frame)
        if self._missed:
            raise Undelivered(f"{len(self._missed)} connections were neither reached nor closed")
        if self._failures:
            raise self._failures[0]

    def _recipients(self, topics: Iterable[str], frame: Frame) -> Recipients:
        """Whom a frame for all goes to, each connection once, but those whose snapshot told as much or more."""
        informed = {one.connection_id for one in self._audiences[self._topic].subscribers if _has_seen(one, frame)}
        return {
            one.connection_id: one
            for topic in topics
            for one in self._audiences[topic].subscribers
            if _is_interested(one, frame) and one.connection_id not in informed
        }

    def _queue_decisions(self) -> tuple[bool, bool]:
        """Whether those near, and those far, are told over the queue; the topics by which that will be known later
        are marked before the first message is sent.
        """
        audiences = [
            self._recipients(news.recipients, news.frame).keys()
            for news in self._events
            if not isinstance(news.recipients, Tab)
        ]
        near = self._is_queued(self._topic) or any(
            len(each & self._direct_ids) > self._channels.max_immediate for each in audiences
        )
        far = (
            near
            or any(self._is_queued(topic) for topic in self._indirect_topics)
            or any(len(each) > self._channels.max_immediate for each in audiences)
        )
        if near and any(audiences):
            self._mark_queued([self._topic])
        elif far and any(each - self._direct_ids for each in audiences):
            self._mark_queued(self._indirect_topics)
        return near, far

    def _is_queued(self, topic: str) -> bool:
        return self._audiences[topic].is_queued(self._now)

    def _mark_queued(self, topics: Iterable[str]) -> None:
        for topic in topics:
            if not self._audiences[topic].is_queued(self._now + QUEUED_MARGIN):
                self._channels.topics.mark_queued(topic, self._now + QUEUED_TTL)

    def _enqueue(self, name: str, followers: Recipients, frame: Frame) -> None:
        """Hand it to the queue."""
        common, texts = encode(frame.redacted_for(None)), texts_for(followers.values(), frame)
        self._channels.queue.send(queue_entries(self._topic, name, common, texts))

    def _deliver_now(self, audience: Iterable[Connection], frame: Frame) -> None:
        """Tell them now. Who missed an earlier frame of this record has to wait for all of them."""
        left_out = self._missed | self._closed
        texts = texts_for((one for one in audience if one.connection_id not in left_out), frame)
        timeout_seconds = self._channels.ends_at - time.monotonic()
        if timeout_seconds <= 0:
            self._missed.update(texts)
            return
        outcome = deliver_texts(texts, self._channels.api, timeout_seconds)
        self._missed.update(outcome.missed)
        self._closed.update(outcome.closed)
        try:
            delivery_cleanup.forget_connections(outcome.closed, self._channels.api)
        except ExceptionGroup as failure:
            self._failures.append(failure)


def _is_interested(one: Subscriber, frame: Frame) -> bool:
    """Whether a subscriber follows all of a topic, or just what the frame is about."""
    return one.doctor_id is None or (isinstance(frame, SlotUpdated) and frame.doctor_id == one.doctor_id)


def _has_seen(one: Subscriber, frame: Frame) -> bool:
    """Whether a subscriber's snapshot was made behind what the frame tells."""
    match frame:
        case LockFrame(version=version):
            return version <= one.seen.lock
        case AppointmentUpdated(appointment_version=version):
            return version <= one.seen.appointment
        case _:
            return False
