"""So many follow a thing that they are told over the queue."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.settings import settings
from chalicelib.realtime.fanout import MAX_IMMEDIATE_RECIPIENTS, QUEUED_TTL, publish
from chalicelib.realtime.management_api.delivery import DeliveryFailure
from chalicelib.realtime.queue import (
    GROUP_COUNT,
    EnqueueFailed,
    QueueEntry,
    SqsFanoutQueue,
    group_of,
    queue_entries,
)
from chalicelib.realtime.store import subscriptions
from tests.app_client.aws import client
from tests.app_client.fanout_queue import FanoutQueue
from tests.app_client.practice import Member, Practice
from tests.app_client.stream import Stream
from tests.feature.realtime.recorder import Recorder

pytestmark = pytest.mark.slow

MANY = [f"many-{number:03d}=" for number in range(MAX_IMMEDIATE_RECIPIENTS + 1)]
SOME = MANY[:48]
_PUT_AT_ONCE = 25


class Weather(Recorder):
    """Some connections cannot be reached, and others are gone."""

    def __init__(self) -> None:
        super().__init__()
        self.cut_off: set[str] = set()
        self.gone: set[str] = set()
        self.seconds: list[float] = []

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.seconds.append(timeout_seconds)
        fates = dict.fromkeys(self.cut_off, DeliveryFailure.UNREACHABLE) | dict.fromkeys(
            self.gone, DeliveryFailure.GONE
        )
        super().send({each: text for each, text in texts.items() if each not in fates})
        return {each: fate for each, fate in fates.items() if each in texts}

    def versions(self, connection_id: str) -> list[int]:
        """The versions of the lock that it was told of."""
        return [frame["version"] for frame in self.by_connection.get(connection_id, [])]


def follow(topic: str, connection_ids: Sequence[str]) -> None:
    """So many look on; who they are does not matter."""
    rows = [
        {"pk": topic, "sk": each, "gsi1pk": keys.connection(each), "gsi1sk": topic, "tenantId": "t"}
        for each in connection_ids
    ]
    write([{"PutRequest": {"Item": {name: {"S": value} for name, value in row.items()}}} for row in rows])


def leave(topic: str, connection_ids: Sequence[str]) -> None:
    """They do so no more."""
    write([{"DeleteRequest": {"Key": {"pk": {"S": topic}, "sk": {"S": each}}}} for each in connection_ids])


def write(rows: list[dict[str, Any]]) -> None:
    table = settings().connections_table_name
    for start in range(0, len(rows), _PUT_AT_ONCE):
        client("dynamodb").batch_write_item(RequestItems={table: rows[start : start + _PUT_AT_ONCE]})


@pytest.fixture
def topic(alice: Member, appointment: str) -> str:
    """The topic of the appointment."""
    return keys.AppointmentKey(alice.tenant_id, appointment).partition


@pytest.fixture
def split_topic(topic: str) -> str:
    """The same, when so many followed it a moment ago that it is split; some still do."""
    subscriptions.mark_queued(topic, utc_now() + QUEUED_TTL)
    follow(topic, SOME)
    return topic


@pytest.fixture
def sky() -> Weather:
    """The way to connections."""
    return Weather()


def test_everyone_is_told_once_and_the_holders_own_tab_its_lock_id(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    follow(topic, MANY)
    alice.acquires(appointment)

    assert stream.pump(sky) == []
    assert sky.by_connection == {}, "the stream's function leaves it to others"
    assert fanout.length() == GROUP_COUNT
    assert fanout.pump(sky) == []

    assert {len(frames) for frames in sky.by_connection.values()} == {1}
    assert set(sky.by_connection) == {*MANY, socket.connection_id}
    assert all("lockId" not in sky.by_connection[each][0]["lock"] for each in MANY)
    assert sky.by_connection[socket.connection_id][0]["lock"]["lockId"] == alice.lock_id


def test_a_small_audience_is_told_at_once(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    follow(topic, MANY[:-1])
    alice.acquires(appointment)

    stream.pump(sky)

    assert set(sky.by_connection) == set(MANY[:-1])
    assert fanout.length() == 0
    assert subscriptions.audience_of(topic).queued_until is None


@pytest.mark.usefixtures("split_topic")
def test_the_function_itself_tells_those_who_are_there(
    alice: Member, appointment: str, stream: Stream, fanout: FanoutQueue
) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    alice.acquires(appointment)

    assert (stream.pump(), socket.updates) == ([], [])
    assert fanout.pump() == []

    assert [frame["type"] for frame in socket.updates] == ["lock-acquired"]


def test_who_is_gone_is_forgotten_by_the_queue_too(
    alice: Member, appointment: str, split_topic: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    sky.gone = set(SOME[:5])
    alice.acquires(appointment)
    stream.pump(sky)

    assert fanout.pump(sky) == []

    assert {one.connection_id for one in subscriptions.subscribers_of(split_topic)} == set(SOME[5:])


def test_what_was_split_stays_split_for_an_hour(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    alice.acquires(appointment)
    follow(topic, SOME)
    publish(StreamRecord.parse(stream.locks()[-1]), sky, max_immediate=5)
    leave(topic, SOME[3:])
    alice.renews(appointment)
    alice.releases(appointment)
    renewed, released = stream.locks()[-2:]
    hour = QUEUED_TTL - timedelta(minutes=1)

    publish(StreamRecord.parse(renewed), sky, clock=at(hour))
    assert sky.by_connection == {}, "it would be told before what is in the queue"
    fanout.pump(sky)
    publish(StreamRecord.parse(released), sky, clock=at(hour + QUEUED_TTL - timedelta(minutes=1)))
    assert fanout.length() > 0, "the hour began anew"
    fanout.pump(sky)

    assert sky.versions(SOME[0]) == sorted(set(sky.versions(SOME[0])))
    assert len(sky.versions(SOME[0])) == 3
    publish(StreamRecord.parse(released), sky, clock=at(hour + 2 * QUEUED_TTL))
    assert len(sky.versions(SOME[0])) == 4, "told at once"


def test_the_mark_is_written_once_and_is_nobody_who_follows(
    alice: Member, appointment: str, topic: str, stream: Stream, sky: Weather
) -> None:
    follow(topic, SOME)
    alice.acquires(appointment)
    (acquired,) = stream.locks()
    now = utc_now()

    publish(StreamRecord.parse(acquired), sky, clock=lambda: now, max_immediate=5)
    publish(StreamRecord.parse(acquired), sky, clock=lambda: now + timedelta(minutes=29))

    crowd = subscriptions.audience_of(topic)
    assert crowd.queued_until is not None
    assert abs(crowd.queued_until - now - QUEUED_TTL) < timedelta(milliseconds=2)
    assert {one.connection_id for one in subscriptions.subscribers_of(topic)} == set(SOME)


@pytest.mark.usefixtures("split_topic")
def test_a_worker_that_dies_loses_nothing_and_keeps_the_order(
    alice: Member, appointment: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    alice.acquires(appointment)
    alice.renews(appointment)
    stream.pump(sky)
    sky.cut_off = {SOME[7]}

    assert len(fanout.pump(sky)) == 1
    assert len(sky.versions(SOME[7])) == 0
    sky.cut_off = set()
    assert fanout.pump(sky) == []

    for each in SOME:
        told = sky.versions(each)
        assert told == sorted(told)
        assert len(set(told)) == 2
        assert len(told) == 2 or group_of(each) == group_of(SOME[7])


def test_a_message_that_nobody_can_read_goes_to_the_dead_letters_alone(
    alice: Member, appointment: str, split_topic: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    sqs, queue = client("sqs"), settings().fanout_queue_url
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead.fifo", "maxReceiveCount": 2}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(policy)})
    entry = next(each for each in queue_entries(split_topic, "poison", b"{}", dict.fromkeys(SOME, b"{}")))
    SqsFanoutQueue(queue).send([QueueEntry("no message", entry.message_group_id, entry.deduplication_id)])
    alice.acquires(appointment)
    stream.pump(sky)

    assert len(fanout.pump(sky)) == 1
    assert len(sky.by_connection) < len(SOME), "who is in its line waits"
    assert len(fanout.pump(sky)) == 1
    assert fanout.pump(sky) == []

    assert {len(sky.versions(each)) for each in SOME} == {1}
    assert [letter["Body"] for letter in sqs.receive_message(QueueUrl=dead)["Messages"]] == ["no message"]


def test_a_record_that_comes_again_sends_nothing_again(
    alice: Member, appointment: str, split_topic: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    alice.acquires(appointment)
    stream.deliver(stream.locks(), sky)
    follow(split_topic, ["late"])

    assert stream.deliver(stream.locks(), sky) == []

    assert fanout.length() in (GROUP_COUNT, GROUP_COUNT + 1)
    fanout.pump(sky)
    assert {len(sky.versions(each)) for each in SOME} == {1}


def test_who_follows_the_appointment_is_told_at_once_however_many_follow_the_calendar(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, sky: Weather
) -> None:
    calendar = keys.tenant_calendar_topic(alice.tenant_id)
    follow(calendar, [*SOME, "both"])
    follow(topic, ["both"])
    alice.acquires(appointment)
    later = (utc_now() + timedelta(days=1, hours=2)).isoformat()
    alice.saves(appointment, 1, title="Knee", endsAt=later)
    alice.releases(appointment)

    for record in of(topic, stream):
        publish(StreamRecord.parse(record), sky, max_immediate=5)

    kinds = ["lock-acquired", "appointment-updated", "lock-released"]
    assert [frame["type"] for frame in sky.by_connection.pop("both")][-3:] == kinds
    assert sky.by_connection == {}
    assert fanout.pump(sky) == []
    assert "both" not in sky.by_connection
    assert {tuple(frame["type"] for frame in sky.by_connection[each])[-3:] for each in SOME} == {
        ("appointment-updated",) * 2
    }
    assert subscriptions.audience_of(topic).queued_until is None
    assert subscriptions.audience_of(calendar).queued_until is not None


@pytest.mark.usefixtures("split_topic")
def test_when_the_queue_does_not_take_it_nobody_is_told_out_of_turn(
    alice: Member, appointment: str, stream: Stream, sky: Weather
) -> None:
    alice.acquires(appointment)

    with pytest.raises(EnqueueFailed, match="1 of 2 messages: ServiceUnavailable"):
        publish(StreamRecord.parse(stream.locks()[-1]), sky, queue=FullQueue())

    assert sky.by_connection == {}


class FullQueue(SqsFanoutQueue):
    """SQS on a bad day, which takes one message of two."""

    def __init__(self) -> None:
        super().__init__("https://sqs.example/fanout.fifo", self)

    def send_message_batch(self, **_: object) -> dict[str, Any]:
        return {"Successful": [{"Id": "0"}], "Failed": [{"Id": "1", "Code": "ServiceUnavailable"}]}

    def send(self, entries: Sequence[QueueEntry]) -> None:
        super().send(entries[:2])


def test_what_came_later_waits_for_one_that_could_not_be_told_and_others_do_not(
    practice: Practice, alice: Member, bob: Member, appointment: str, topic: str, stream: Stream, sky: Weather
) -> None:
    other = practice.creates_appointment()
    follow(topic, ["near", "unreachable"])
    follow(keys.AppointmentKey(alice.tenant_id, other).partition, ["elsewhere"])
    alice.acquires(appointment)
    bob.acquires(other)
    alice.renews(appointment)
    sky.cut_off = {"unreachable"}
    first, elsewhere, second = stream.locks()

    failures = stream.deliver([first, elsewhere, second], sky)

    assert failures == [{"itemIdentifier": each["dynamodb"]["SequenceNumber"]} for each in (first, second)]
    assert (len(sky.versions("near")), len(sky.versions("elsewhere"))) == (1, 1)
    sky.cut_off = set()
    assert stream.deliver([first, elsewhere, second], sky) == []
    assert sky.versions("unreachable") == sorted(sky.versions("unreachable"))
    assert len(sky.versions("unreachable")) == 2


class Context:
    """Tells a function how long it may still run, each time less."""

    def __init__(self, *seconds: float) -> None:
        self._seconds: list[float] = list(seconds)

    def get_remaining_time_in_millis(self) -> int:
        left = self._seconds.pop(0) if len(self._seconds) > 1 else self._seconds[0]
        return int(left * 1000)


def test_a_function_whose_time_is_nearly_over_leaves_the_rest_for_the_next(
    alice: Member, appointment: str, topic: str, stream: Stream, sky: Weather
) -> None:
    follow(topic, ["near"])
    alice.acquires(appointment)
    alice.renews(appointment)
    first, second = stream.locks()

    failures = stream.deliver([first, second], sky, Context(60, 18, 14))

    assert failures == [{"itemIdentifier": second["dynamodb"]["SequenceNumber"]}]
    assert len(sky.versions("near")) == 1
    assert sky.seconds == [pytest.approx(3, abs=1)]


def of(topic: str, stream: Stream) -> list[dict[str, Any]]:
    """The records of one appointment."""
    return [record for record in stream.records() if record["dynamodb"]["Keys"]["pk"]["S"] == topic]


def at(later: timedelta) -> Any:
    now: datetime = utc_now() + later
    return lambda: now
