"""Whoever comes and goes, whatever fails: about one appointment nobody is told a thing before an earlier one."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.realtime import fanout
from chalicelib.realtime.fanout import QUEUED_MARGIN
from chalicelib.realtime.management_api.delivery import DeliveryFailure
from chalicelib.realtime.model import Subscriber, TopicAudience
from chalicelib.realtime.queue import QueueEntry, group_of
from chalicelib.realtime.service.delivery import Undelivered
from tests.unit.realtime.test_realtime_events import FREE, HELD, SAVED, TOPIC, record

SEEDS, STEPS = 150, 40
# Above so many they are many here.
MOST_AT_ONCE = 2
CALENDAR, DOCTOR = "TENANT#t1#CALENDAR", "TENANT#t1#DOCTOR#d1#CALENDAR"
MORNING = datetime(2026, 1, 31, 8, tzinfo=UTC)
PEOPLE = ("near-0", "near-1", "near-2", "near-3", "far-0", "far-1", "far-2", "far-3", "both-0", "both-1")
FOLLOWED = {"near": (TOPIC,), "far": (CALENDAR,), "both": (TOPIC, CALENDAR)}


def saved(version: int) -> dict[str, Any]:
    return SAVED | {
        "version": {"N": str(version)},
        "endsAt": {"S": f"2026-01-31T10:{version:02d}:00Z"},
        "updatedAt": {"S": f"2026-01-02T00:{version:02d}:00Z"},
    }


def story() -> list[StreamRecord]:
    """Now the lock changes, which those near are told, now the appointment, which the calendars are told too."""
    records = []
    for version in range(1, 5):
        lock = {"version": {"N": str(1767225600002 + version)}}
        records.append(record("LOCK", HELD | lock, FREE))
        records.append(record("APPOINTMENT", saved(version + 1), saved(version)))
    return [replace(each, event_id=f"event-{number}") for number, each in enumerate(records)]


RECORDS = story()


class Line:
    """The queue in memory: lines, of each of which only the first can be had, and the names that it has seen."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}
        self.sent = 0
        self._names: set[tuple[str, str]] = set()

    def send(self, entries: Sequence[QueueEntry]) -> None:
        for entry in entries:
            if (entry.message_group_id, entry.deduplication_id) not in self._names:
                self._names.add((entry.message_group_id, entry.deduplication_id))
                self.lines.setdefault(entry.message_group_id, []).append(entry.body)
                self.sent += 1

    def waiting(self) -> list[list[str]]:
        return [line for line in self.lines.values() if line]


class Sky:
    """The way to connections, some of which cannot be reached."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = {}
        self.cut_off: set[str] = set()
        self.calls = 0

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        del timeout_seconds
        for each in texts.keys() - self.cut_off:
            self.told.setdefault(each, []).append(texts[each].decode())
        return dict.fromkeys(texts.keys() & self.cut_off, DeliveryFailure.UNREACHABLE)

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        raise AssertionError(connection_ids)


class Town:
    """Those who follow one appointment, the calendar, or both."""

    def __init__(self) -> None:
        self.crowds: dict[str, TopicAudience] = {}
        self.marks = 0

    def audience_of(self, topic: str) -> TopicAudience:
        return self.crowds.get(topic, TopicAudience([]))

    def mark_queued(self, topic: str, until: datetime) -> None:
        self.marks += 1
        self.crowds[topic] = replace(self.audience_of(topic), queued_until=until)

    def join(self, topic: str, connection_id: str) -> None:
        crowd = self.audience_of(topic)
        self.crowds[topic] = replace(
            crowd, subscribers=[*crowd.subscribers, Subscriber(connection_id, "t1", None)]
        )

    def leave(self, topic: str, connection_id: str) -> None:
        crowd = self.audience_of(topic)
        self.crowds[topic] = replace(
            crowd, subscribers=[one for one in crowd.subscribers if one.connection_id != connection_id]
        )

    def follows(self, topic: str, connection_id: str) -> bool:
        return connection_id in {one.connection_id for one in self.audience_of(topic).subscribers}


class Desk:
    """Tells the story step by step, as the stream's function and the queue's do."""

    def __init__(self) -> None:
        self.town, self.queue, self.sky = Town(), Line(), Sky()
        self.now = self.empty_at = MORNING
        self.next, self.is_begun = 0, False
        # What each was to be told from which record to which, by what they followed.
        self.owed: dict[tuple[str, str], tuple[int, int]] = {}

    def announce(self, most_at_once: int = MOST_AT_ONCE) -> None:
        if self.next == len(RECORDS):
            return
        self.is_begun = True
        try:
            fanout.publish(
                RECORDS[self.next],
                self.sky,
                queue=self.queue,
                topics=self.town,
                clock=lambda: self.now,
                max_immediate=most_at_once,
            )
        except Undelivered:
            return
        self.next, self.is_begun = self.next + 1, False

    def work(self, number: int) -> None:
        """A message that was missed by some stays the first of its line."""
        if waiting := self.queue.waiting():
            line = waiting[number % len(waiting)]
            try:
                fanout.handle_fanout_message(line[0], self.sky)
            except Undelivered:
                return
            line.pop(0)

    def join(self, who: str) -> None:
        """Who comes while a record is being told knows of it by what they read when they follow."""
        for topic in FOLLOWED[who.partition("-")[0]]:
            if not self.town.follows(topic, who):
                self.town.join(topic, who)
                self.owed[who, topic] = self.next + self.is_begun, len(RECORDS)

    def leave(self, who: str) -> None:
        """Who has followed both goes on with the calendar."""
        topic = FOLLOWED[who.partition("-")[0]][0]
        if self.town.follows(topic, who):
            self.town.leave(topic, who)
            self.owed[who, topic] = self.owed[who, topic][0], self.next

    def step(self, kind: str, who: str, minutes: int, cut_off: set[str]) -> None:
        self.sky.cut_off = cut_off
        match kind:
            case "announce":
                self.announce()
            case "work":
                self.work(minutes)
            case "join" if who not in ("both-0", "both-1"):
                self.join(who)
            case "leave" if not (who.startswith("both") and self.is_begun):
                self.leave(who)
            case "wait":
                self.wait(timedelta(minutes=minutes))

    def wait(self, time: timedelta) -> None:
        """The queue keeps nothing for longer than a mark has left."""
        if not self.queue.waiting():
            self.empty_at = self.now
        if self.now + time - self.empty_at >= QUEUED_MARGIN:
            self.drain()
        self.now += time

    def drain(self) -> None:
        self.sky.cut_off = set()
        while self.queue.waiting():
            self.work(0)
        self.empty_at = self.now

    def end(self) -> None:
        """The weather clears, and all that waits is done."""
        self.sky.cut_off = set()
        while self.next < len(RECORDS):
            self.announce()
        self.drain()


def reference() -> list[dict[str, list[str]]]:
    """What each record means to one who follows the appointment, to one who does the calendar, and to both."""
    frames = []
    for number in range(len(RECORDS)):
        desk = Desk()
        desk.next = number
        for who in ("near-0", "far-0", "both-0"):
            desk.join(who)
        desk.announce(most_at_once=3)
        frames.append({topic: desk.sky.told.get(who, []) for topic, who in WITNESSES.items()})
    return frames


WITNESSES = {TOPIC: "near-0", CALENDAR: "far-0", "both": "both-0"}
FRAMES = reference()
PLACES = {text: number for number, text in enumerate(text for each in FRAMES for text in each["both"])}

KINDS = ("announce", "announce", "announce", "work", "work", "join", "leave", "leave", "wait")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_frame_overtakes_an_earlier_one_and_none_is_lost(seed: int) -> None:
    dice, desk = random.Random(seed), Desk()  # noqa: S311 - the same story for the same seed
    for who in dice.sample(PEOPLE, dice.randint(2, len(PEOPLE))):
        desk.join(who)

    for _ in range(STEPS):
        cut_off = set(dice.sample(PEOPLE, dice.choice((0, 0, 1, 3))))
        desk.step(dice.choice(KINDS), dice.choice(PEOPLE), dice.randrange(60), cut_off)
    desk.end()

    for who, told in desk.sky.told.items():
        firsts = [PLACES[text] for text in dict.fromkeys(told)]
        assert firsts == sorted(firsts), who
    for (who, topic), (start, stop) in desk.owed.items():
        owed = {text for each in FRAMES[start:stop] for text in each[topic]}
        assert owed <= set(desk.sky.told.get(who, [])), who


def test_the_story_has_frames_for_those_near_for_those_far_and_for_both() -> None:
    lock, save = FRAMES[0], FRAMES[1]

    assert [len(lock[each]) for each in (TOPIC, CALENDAR, "both")] == [1, 0, 1]
    assert [len(save[each]) for each in (TOPIC, CALENDAR, "both")] == [1, 1, 1]


def tell(desk: Desk, records: int = 1) -> None:
    for _ in range(records):
        desk.announce()


def test_a_crowd_far_off_does_not_keep_those_near_waiting() -> None:
    desk = Desk()
    for who in ("near-0", "far-0", "far-1", "far-2", "both-0"):
        desk.join(who)

    tell(desk, 2)

    assert sorted(desk.sky.told) == ["both-0", "near-0"]
    assert len(desk.sky.told["both-0"]) == 2
    assert {topic for topic, crowd in desk.town.crowds.items() if crowd.queued_until} == {CALENDAR, DOCTOR}


def test_when_those_near_are_many_all_are_told_over_the_queue() -> None:
    desk = Desk()
    for who in ("near-0", "near-1", "near-2", "far-0"):
        desk.join(who)

    tell(desk, 2)

    assert desk.sky.told == {}
    desk.drain()
    assert [len(desk.sky.told[who]) for who in ("near-0", "far-0")] == [2, 1]


def test_a_mark_is_renewed_before_it_is_too_old_and_not_at_every_frame() -> None:
    desk = Desk()
    for who in ("near-0", "near-1", "near-2"):
        desk.join(who)
    marks = []
    for _ in range(4):
        tell(desk)
        marks.append(desk.town.marks)
        desk.now += timedelta(minutes=20)

    assert marks == [1, 1, 2, 2]


def test_a_mark_that_only_those_far_off_need_any_more_is_renewed_too() -> None:
    desk = Desk()
    for who in ("near-0", "near-1", "near-2", "far-0"):
        desk.join(who)
    tell(desk)
    desk.now += timedelta(minutes=40)
    for who in ("near-0", "near-1", "near-2"):
        desk.leave(who)
    tell(desk)
    desk.now += timedelta(minutes=21)
    tell(desk, 2)

    assert desk.sky.told == {}, "it would be told before what is in the queue"


def test_who_was_missed_the_first_time_is_in_a_message_when_more_are_told_by_messages() -> None:
    desk = Desk()
    neighbour = next(who for who in map("far-{}".format, range(100)) if group_of(who) == group_of("near-0"))
    for who in ("near-0", "far-101", "far-102", neighbour):
        desk.join(who)
    desk.next, desk.sky.cut_off = 1, {"near-0"}
    desk.announce()
    desk.join("near-1")
    desk.join("near-2")
    desk.end()

    assert set(FRAMES[1][TOPIC]) <= set(desk.sky.told["near-0"])


def test_who_missed_a_frame_of_a_record_is_not_told_the_next_one_before_it() -> None:
    desk = Desk()
    desk.sky = Blink()
    desk.join("both-0")
    desk.next = 1
    desk.announce()
    assert desk.sky.told == {}

    desk.announce()

    assert desk.sky.told["both-0"] == FRAMES[1]["both"]


class Blink(Sky):
    """Reaches nobody the first time."""

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.cut_off, self.calls = set() if self.calls else set(texts), self.calls + 1
        return super().send(texts, timeout_seconds)


def test_nobody_is_told_after_the_time_is_over() -> None:
    desk = Desk()
    desk.join("near-0")

    with pytest.raises(Undelivered):
        fanout.publish(RECORDS[0], desk.sky, 0, queue=desk.queue, topics=desk.town)

    assert desk.sky.told == {}
