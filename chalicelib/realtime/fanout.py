"""Telling everyone who follows a thing that it changed: at once or, where they are many, over the queue.

Why in this way, and what order is promised: docs/adr/0027-big-audiences.md.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.appointments.service import drafts
from chalicelib.core.batch import Unreadable
from chalicelib.core.clock import Clock, utc_now
from chalicelib.locking.model import Tab
from chalicelib.realtime.delivery import Undelivered, encoded, send, texts_for
from chalicelib.realtime.frames import AppointmentUpdated, Frame, LockFrame, SlotUpdated
from chalicelib.realtime.gateway import PATIENCE, Gateway
from chalicelib.realtime.model import Connection, Crowd, Subscriber
from chalicelib.realtime.news.news import News
from chalicelib.realtime.news.record import news_of
from chalicelib.realtime.queue import FanoutQueue, Message, entries_of, fanout_queue
from chalicelib.realtime.service import telling
from chalicelib.realtime.store import connections, subscriptions

# So many connections are told in a moment by the function that reads the stream; more would hold it up.
MOST_AT_ONCE = 500
# A topic goes on being split for a while: a frame told at once would overtake those in the queue. The queue keeps
# none for as long as the mark has left when one is sent.
SPLIT_LIFE, SPLIT_LEFT = timedelta(hours=1), timedelta(minutes=30)

Followers = dict[str, Subscriber]


class Topics(Protocol):
    """Who follows what, and what is split."""

    def crowd(self, topic: str) -> Crowd:
        """Everyone who follows a topic."""

    def split(self, topic: str, until: datetime) -> None:
        """Say how long its news goes over the queue."""


def announce(
    record: Mapping[str, Any],
    gateway: Gateway,
    seconds: float = PATIENCE,
    *,
    queue: FanoutQueue | None = None,
    topics: Topics = subscriptions,
    clock: Clock = utc_now,
    most_at_once: int = MOST_AT_ONCE,
) -> None:
    """Tell those concerned of what a stream record changed, within `seconds` or, if they are more than
    `most_at_once`, over the queue. A repeat tells them again, which is harmless.

    Raises:
        Unreadable: it is not as we write them.
        Undelivered: the way to some connections is closed; the record is to be tried again. All others were told.
        ExceptionGroup: all were told, but some who are gone could not be let go.
    """
    all_news = _read(record)
    if all_news:
        ways = _Ways(gateway, queue or fanout_queue(), topics, time.monotonic() + seconds, most_at_once)
        _Telling(record, all_news, ways, clock()).run()


def work(body: str, gateway: Gateway, seconds: float = PATIENCE) -> None:
    """Tell one part of a big audience, as a message says.

    When some were missed, the whole message comes again, and who was told is told twice, which is harmless. A new
    message for the few would stand behind those that wait already, and be overtaken by them.

    Raises:
        Undelivered: some were missed.
        ExceptionGroup: all were told, but some who are gone could not be let go.
    """
    telling.settle(send(Message.of(body).texts, gateway, seconds), gateway)


def _read(record: Mapping[str, Any]) -> list[News]:
    def has_draft(tenant_id: str, appointment_id: str, user_id: str) -> bool:
        try:
            return drafts.has_draft(tenant_id, appointment_id, user_id)
        except Exception as failure:
            raise Undelivered("it is not known whether there is a draft") from failure

    try:
        return news_of(record, has_draft)
    except Undelivered:
        raise
    except Exception as fault:
        raise Unreadable(record.get("eventID", "a record")) from fault


@dataclass(frozen=True, slots=True)
class _Ways:
    """How connections are reached: at once until `ends_at`, on the monotonic clock, or over the queue."""

    gateway: Gateway
    queue: FanoutQueue
    topics: Topics
    ends_at: float
    most_at_once: int


class _Telling:
    """The telling of one record.

    Those who follow the record's own topic, its appointment, are `near`; who hears of it as one who follows a
    calendar or free times is `far`. Each of the two is told at once or over the queue, and each in the same way by
    all of the record's frames.
    """

    def __init__(self, record: Mapping[str, Any], all_news: list[News], ways: _Ways, now: datetime) -> None:
        self._topic: str = record["dynamodb"]["Keys"]["pk"]["S"]
        self._event: str = record["eventID"]
        self._all_news = all_news
        self._ways = ways
        self._now = now
        far_topics = {topic for news in all_news if not isinstance(news.to, Tab) for topic in news.to}
        self._far_topics = sorted(far_topics - {self._topic})
        self._crowds = {topic: ways.topics.crowd(topic) for topic in [self._topic, *self._far_topics]}
        self._near = {one.connection_id for one in self._crowds[self._topic].subscribers}
        self._missed: set[str] = set()
        self._ended: set[str] = set()
        self._failures: list[Exception] = []

    def run(self) -> None:
        """Tell all of it, in order."""
        near_by_queue, far_by_queue = self._split()
        for number, news in enumerate(self._all_news):
            if isinstance(news.to, Tab):
                self._tell(connections.connections_of(news.to), news.frame)
                continue
            followers = self._followers(news.to, news.frame)
            by_queue = {
                each: one
                for each, one in followers.items()
                if (near_by_queue if each in self._near else far_by_queue)
            }
            if by_queue:
                # A repeat of the record has the same names, and the queue drops what it has. When it is to tell
                # more than the first time, it has nothing for those.
                name = f"{self._event}-{number}-{'all' if near_by_queue else 'far'}"
                self._send(name, by_queue, news.frame)
            self._tell((one for each, one in followers.items() if each not in by_queue), news.frame)
        if self._missed:
            raise Undelivered(f"{len(self._missed)} connections were neither reached nor closed")
        if self._failures:
            raise self._failures[0]

    def _followers(self, topics: Iterable[str], frame: Frame) -> Followers:
        """Whom a frame for all goes to, each connection once, but those whose snapshot told as much or more."""
        informed = {one.connection_id for one in self._crowds[self._topic].subscribers if _knows(one, frame)}
        return {
            one.connection_id: one
            for topic in topics
            for one in self._crowds[topic].subscribers
            if _wants(one, frame) and one.connection_id not in informed
        }

    def _split(self) -> tuple[bool, bool]:
        """Whether those near, and those far, are told over the queue; the topics by which that will be known later
        are marked before the first message is sent.
        """
        audiences = [
            self._followers(news.to, news.frame).keys() for news in self._all_news if not isinstance(news.to, Tab)
        ]
        near = self._is_split(self._topic) or any(
            len(each & self._near) > self._ways.most_at_once for each in audiences
        )
        far = (
            near
            or any(self._is_split(topic) for topic in self._far_topics)
            or any(len(each) > self._ways.most_at_once for each in audiences)
        )
        if near and any(audiences):
            self._mark([self._topic])
        elif far and any(each - self._near for each in audiences):
            self._mark(self._far_topics)
        return near, far

    def _is_split(self, topic: str) -> bool:
        return self._crowds[topic].is_split(self._now)

    def _mark(self, topics: Iterable[str]) -> None:
        for topic in topics:
            if not self._crowds[topic].is_split(self._now + SPLIT_LEFT):
                self._ways.topics.split(topic, self._now + SPLIT_LIFE)

    def _send(self, name: str, followers: Followers, frame: Frame) -> None:
        """Hand it to the queue."""
        common, texts = encoded(frame.as_seen_by(None)), texts_for(followers.values(), frame)
        self._ways.queue.send(entries_of(self._topic, name, common, texts))

    def _tell(self, audience: Iterable[Connection], frame: Frame) -> None:
        """Tell them now. Who missed an earlier frame of this record has to wait for all of them."""
        left_out = self._missed | self._ended
        texts = texts_for((one for one in audience if one.connection_id not in left_out), frame)
        seconds = self._ways.ends_at - time.monotonic()
        if seconds <= 0:
            self._missed.update(texts)
            return
        outcome = send(texts, self._ways.gateway, seconds)
        self._missed.update(outcome.missed)
        self._ended.update(outcome.ended)
        try:
            telling.end(outcome.ended, self._ways.gateway)
        except ExceptionGroup as failure:
            self._failures.append(failure)


def _wants(one: Subscriber, frame: Frame) -> bool:
    """Whether a subscriber follows all of a topic, or just what the frame is about."""
    return one.doctor_id is None or (isinstance(frame, SlotUpdated) and frame.doctor_id == one.doctor_id)


def _knows(one: Subscriber, frame: Frame) -> bool:
    """Whether a subscriber's snapshot was made behind what the frame tells."""
    match frame:
        case LockFrame(version=version):
            return version <= one.seen.lock
        case AppointmentUpdated(appointment_version=version):
            return version <= one.seen.appointment
        case _:
            return False
