"""Order of frames of one appointment, whatever connections come and go and whatever fails."""

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
# A larger audience is queued in these tests.
MAX_IMMEDIATE = 2
CALENDAR, DOCTOR = "TENANT#t1#CALENDAR", "TENANT#t1#DOCTOR#d1#CALENDAR"
START = datetime(2026, 1, 31, 8, tzinfo=UTC)
CONNECTIONS = (
    "direct-0",
    "direct-1",
    "direct-2",
    "direct-3",
    "indirect-0",
    "indirect-1",
    "indirect-2",
    "indirect-3",
    "both-0",
    "both-1",
)
FOLLOWED = {"direct": (TOPIC,), "indirect": (CALENDAR,), "both": (TOPIC, CALENDAR)}


def saved_image(version: int) -> dict[str, Any]:
    return SAVED | {
        "version": {"N": str(version)},
        "endsAt": {"S": f"2026-01-31T10:{version:02d}:00Z"},
        "updatedAt": {"S": f"2026-01-02T00:{version:02d}:00Z"},
    }


def make_records() -> list[StreamRecord]:
    """Alternate changes of the lock, for direct followers, and of the appointment, for calendars too."""
    records = []
    for version in range(1, 5):
        lock = {"version": {"N": str(1767225600002 + version)}}
        records.append(record("LOCK", HELD | lock, FREE))
        records.append(record("APPOINTMENT", saved_image(version + 1), saved_image(version)))
    return [replace(each, event_id=f"event-{number}") for number, each in enumerate(records)]


RECORDS = make_records()


class InMemoryQueue:
    """A FIFO queue: only the first message of a group can be received, and duplicates are dropped."""

    def __init__(self) -> None:
        self.groups: dict[str, list[str]] = {}
        self._deduplication_ids: set[tuple[str, str]] = set()

    def send(self, entries: Sequence[QueueEntry]) -> None:
        for entry in entries:
            if (entry.message_group_id, entry.deduplication_id) not in self._deduplication_ids:
                self._deduplication_ids.add((entry.message_group_id, entry.deduplication_id))
                self.groups.setdefault(entry.message_group_id, []).append(entry.body)

    def waiting(self) -> list[list[str]]:
        return [group for group in self.groups.values() if group]


class FakeApi:
    """A management API with unreachable connections."""

    def __init__(self) -> None:
        self.delivered: dict[str, list[str]] = {}
        self.unreachable: set[str] = set()
        self.calls = 0

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        del timeout_seconds
        for each in texts.keys() - self.unreachable:
            self.delivered.setdefault(each, []).append(texts[each].decode())
        return dict.fromkeys(texts.keys() & self.unreachable, DeliveryFailure.UNREACHABLE)

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        raise AssertionError(connection_ids)


class InMemoryAudiences:
    """Subscribers of one appointment, the calendar, or both."""

    def __init__(self) -> None:
        self.by_topic: dict[str, TopicAudience] = {}
        self.mark_count = 0

    def audience_of(self, topic: str) -> TopicAudience:
        return self.by_topic.get(topic, TopicAudience([]))

    def mark_queued(self, topic: str, until: datetime) -> None:
        self.mark_count += 1
        self.by_topic[topic] = replace(self.audience_of(topic), queued_until=until)

    def subscribe(self, topic: str, connection_id: str) -> None:
        audience = self.audience_of(topic)
        self.by_topic[topic] = replace(
            audience, subscribers=[*audience.subscribers, Subscriber(connection_id, "t1", None)]
        )

    def unsubscribe(self, topic: str, connection_id: str) -> None:
        audience = self.audience_of(topic)
        self.by_topic[topic] = replace(
            audience, subscribers=[one for one in audience.subscribers if one.connection_id != connection_id]
        )

    def follows(self, topic: str, connection_id: str) -> bool:
        return connection_id in {one.connection_id for one in self.audience_of(topic).subscribers}


class Simulation:
    """Publishes the records step by step, as the stream's function and the queue's do."""

    def __init__(self) -> None:
        self.audiences, self.queue, self.api = InMemoryAudiences(), InMemoryQueue(), FakeApi()
        self.now = self.empty_at = START
        self.next, self.is_begun = 0, False
        # The range of records that each connection must get, by topic.
        self.expected: dict[tuple[str, str], tuple[int, int]] = {}

    def publish_next(self, max_immediate: int = MAX_IMMEDIATE) -> None:
        if self.next == len(RECORDS):
            return
        self.is_begun = True
        try:
            fanout.publish(
                RECORDS[self.next],
                self.api,
                queue=self.queue,
                topics=self.audiences,
                clock=lambda: self.now,
                max_immediate=max_immediate,
            )
        except Undelivered:
            return
        self.next, self.is_begun = self.next + 1, False

    def deliver_message(self, number: int) -> None:
        """Deliver the first message of a group; if some connections are missed, it stays the first."""
        if waiting := self.queue.waiting():
            group = waiting[number % len(waiting)]
            try:
                fanout.handle_fanout_message(group[0], self.api)
            except Undelivered:
                return
            group.pop(0)

    def subscribe(self, connection_id: str) -> None:
        """Subscribe. A record that is being published is in the snapshot already."""
        for topic in FOLLOWED[connection_id.partition("-")[0]]:
            if not self.audiences.follows(topic, connection_id):
                self.audiences.subscribe(topic, connection_id)
                self.expected[connection_id, topic] = self.next + self.is_begun, len(RECORDS)

    def unsubscribe(self, connection_id: str) -> None:
        """Unsubscribe; a follower of both keeps the calendar."""
        topic = FOLLOWED[connection_id.partition("-")[0]][0]
        if self.audiences.follows(topic, connection_id):
            self.audiences.unsubscribe(topic, connection_id)
            self.expected[connection_id, topic] = self.expected[connection_id, topic][0], self.next

    def step(self, kind: str, connection_id: str, minutes: int, unreachable: set[str]) -> None:
        self.api.unreachable = unreachable
        match kind:
            case "publish_next":
                self.publish_next()
            case "deliver_message":
                self.deliver_message(minutes)
            case "subscribe" if connection_id not in ("both-0", "both-1"):
                self.subscribe(connection_id)
            case "unsubscribe" if not (connection_id.startswith("both") and self.is_begun):
                self.unsubscribe(connection_id)
            case "wait":
                self.wait(timedelta(minutes=minutes))

    def wait(self, time: timedelta) -> None:
        """Let time pass. The queue keeps no message for as long as a mark has left."""
        if not self.queue.waiting():
            self.empty_at = self.now
        if self.now + time - self.empty_at >= QUEUED_MARGIN:
            self.drain()
        self.now += time

    def drain(self) -> None:
        self.api.unreachable = set()
        while self.queue.waiting():
            self.deliver_message(0)
        self.empty_at = self.now

    def end(self) -> None:
        """Make every connection reachable and deliver everything."""
        self.api.unreachable = set()
        while self.next < len(RECORDS):
            self.publish_next()
        self.drain()


def reference() -> list[dict[str, list[str]]]:
    """Return the frames of each record for a follower of the appointment, of the calendar, and of both."""
    frames = []
    for number in range(len(RECORDS)):
        simulation = Simulation()
        simulation.next = number
        for connection_id in ("direct-0", "indirect-0", "both-0"):
            simulation.subscribe(connection_id)
        simulation.publish_next(max_immediate=3)
        frames.append(
            {topic: simulation.api.delivered.get(connection_id, []) for topic, connection_id in WITNESSES.items()}
        )
    return frames


WITNESSES = {TOPIC: "direct-0", CALENDAR: "indirect-0", "both": "both-0"}
FRAMES = reference()
POSITIONS = {text: number for number, text in enumerate(text for each in FRAMES for text in each["both"])}

STEP_KINDS = (
    "publish_next",
    "publish_next",
    "publish_next",
    "deliver_message",
    "deliver_message",
    "subscribe",
    "unsubscribe",
    "unsubscribe",
    "wait",
)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_frame_overtakes_another_and_none_is_lost(seed: int) -> None:
    chance, simulation = random.Random(seed), Simulation()  # noqa: S311 - the same steps for the same seed
    for connection_id in chance.sample(CONNECTIONS, chance.randint(2, len(CONNECTIONS))):
        simulation.subscribe(connection_id)

    for _ in range(STEPS):
        unreachable = set(chance.sample(CONNECTIONS, chance.choice((0, 0, 1, 3))))
        simulation.step(chance.choice(STEP_KINDS), chance.choice(CONNECTIONS), chance.randrange(60), unreachable)
    simulation.end()

    for connection_id, delivered in simulation.api.delivered.items():
        firsts = [POSITIONS[text] for text in dict.fromkeys(delivered)]
        assert firsts == sorted(firsts), connection_id
    for (connection_id, topic), (start, stop) in simulation.expected.items():
        expected = {text for each in FRAMES[start:stop] for text in each[topic]}
        assert expected <= set(simulation.api.delivered.get(connection_id, [])), connection_id


def test_records_have_frames_for_direct_and_indirect() -> None:
    lock, save = FRAMES[0], FRAMES[1]

    assert [len(lock[each]) for each in (TOPIC, CALENDAR, "both")] == [1, 0, 1]
    assert [len(save[each]) for each in (TOPIC, CALENDAR, "both")] == [1, 1, 1]


def publish(simulation: Simulation, records: int = 1) -> None:
    for _ in range(records):
        simulation.publish_next()


def test_large_indirect_audience_does_not_queue_direct_ones() -> None:
    simulation = Simulation()
    for connection_id in ("direct-0", "indirect-0", "indirect-1", "indirect-2", "both-0"):
        simulation.subscribe(connection_id)

    publish(simulation, 2)

    assert sorted(simulation.api.delivered) == ["both-0", "direct-0"]
    assert len(simulation.api.delivered["both-0"]) == 2
    assert {topic for topic, audience in simulation.audiences.by_topic.items() if audience.queued_until} == {
        CALENDAR,
        DOCTOR,
    }


def test_large_direct_audience_queues_everyone() -> None:
    simulation = Simulation()
    for connection_id in ("direct-0", "direct-1", "direct-2", "indirect-0"):
        simulation.subscribe(connection_id)

    publish(simulation, 2)

    assert simulation.api.delivered == {}
    simulation.drain()
    assert [len(simulation.api.delivered[connection_id]) for connection_id in ("direct-0", "indirect-0")] == [2, 1]


def test_queued_mark_is_renewed_in_time_and_not_each_time() -> None:
    simulation = Simulation()
    for connection_id in ("direct-0", "direct-1", "direct-2"):
        simulation.subscribe(connection_id)
    mark_count = []
    for _ in range(4):
        publish(simulation)
        mark_count.append(simulation.audiences.mark_count)
        simulation.now += timedelta(minutes=20)

    assert mark_count == [1, 1, 2, 2]


def test_queued_mark_is_renewed_for_indirect_ones_alone() -> None:
    simulation = Simulation()
    for connection_id in ("direct-0", "direct-1", "direct-2", "indirect-0"):
        simulation.subscribe(connection_id)
    publish(simulation)
    simulation.now += timedelta(minutes=40)
    for connection_id in ("direct-0", "direct-1", "direct-2"):
        simulation.unsubscribe(connection_id)
    publish(simulation)
    simulation.now += timedelta(minutes=21)
    publish(simulation, 2)

    assert simulation.api.delivered == {}, "an immediate frame would overtake the queued ones"


def test_missed_recipient_is_queued_on_redelivery() -> None:
    simulation = Simulation()
    neighbour = next(
        connection_id
        for connection_id in map("indirect-{}".format, range(100))
        if group_of(connection_id) == group_of("direct-0")
    )
    for connection_id in ("direct-0", "indirect-101", "indirect-102", neighbour):
        simulation.subscribe(connection_id)
    simulation.next, simulation.api.unreachable = 1, {"direct-0"}
    simulation.publish_next()
    simulation.subscribe("direct-1")
    simulation.subscribe("direct-2")
    simulation.end()

    assert set(FRAMES[1][TOPIC]) <= set(simulation.api.delivered["direct-0"])


def test_missed_frame_holds_back_the_next_of_its_record() -> None:
    simulation = Simulation()
    simulation.api = FailsOnce()
    simulation.subscribe("both-0")
    simulation.next = 1
    simulation.publish_next()
    assert simulation.api.delivered == {}

    simulation.publish_next()

    assert simulation.api.delivered["both-0"] == FRAMES[1]["both"]


class FailsOnce(FakeApi):
    """Reaches no connection the first time."""

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.unreachable, self.calls = set() if self.calls else set(texts), self.calls + 1
        return super().send(texts, timeout_seconds)


def test_no_frame_is_sent_after_the_deadline() -> None:
    simulation = Simulation()
    simulation.subscribe("direct-0")

    with pytest.raises(Undelivered):
        fanout.publish(RECORDS[0], simulation.api, 0, queue=simulation.queue, topics=simulation.audiences)

    assert simulation.api.delivered == {}
