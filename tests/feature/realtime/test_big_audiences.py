"""Delivery to large audiences through the queue."""

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
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream
from tests.feature.realtime.recorder import Recorder

pytestmark = pytest.mark.slow

MANY = [f"many-{number:03d}=" for number in range(MAX_IMMEDIATE_RECIPIENTS + 1)]
SOME = MANY[:48]
_PUT_AT_ONCE = 25


class PartlyFailingApi(Recorder):
    """Some connections are unreachable, and others are gone."""

    def __init__(self) -> None:
        super().__init__()
        self.unreachable: set[str] = set()
        self.gone: set[str] = set()
        self.seconds: list[float] = []

    def send(self, texts: Mapping[str, bytes], timeout_seconds: float = 0) -> dict[str, DeliveryFailure]:
        self.seconds.append(timeout_seconds)
        failures = dict.fromkeys(self.unreachable, DeliveryFailure.UNREACHABLE) | dict.fromkeys(
            self.gone, DeliveryFailure.GONE
        )
        super().send({each: text for each, text in texts.items() if each not in failures})
        return {each: failure for each, failure in failures.items() if each in texts}

    def versions_of(self, connection_id: str) -> list[int]:
        """Return the versions in the frames of a connection."""
        return [frame["version"] for frame in self.by_connection.get(connection_id, [])]


def subscribe_all(topic: str, connection_ids: Sequence[str]) -> None:
    """Subscribe connections to a topic."""
    rows = [
        {"pk": topic, "sk": each, "gsi1pk": keys.connection(each), "gsi1sk": topic, "tenantId": "t"}
        for each in connection_ids
    ]
    write([{"PutRequest": {"Item": {name: {"S": value} for name, value in row.items()}}} for row in rows])


def unsubscribe_all(topic: str, connection_ids: Sequence[str]) -> None:
    """Unsubscribe connections from a topic."""
    write([{"DeleteRequest": {"Key": {"pk": {"S": topic}, "sk": {"S": each}}}} for each in connection_ids])


def write(rows: list[dict[str, Any]]) -> None:
    table = settings().connections_table_name
    for start in range(0, len(rows), _PUT_AT_ONCE):
        client("dynamodb").batch_write_item(RequestItems={table: rows[start : start + _PUT_AT_ONCE]})


@pytest.fixture
def topic(alice: Member, appointment: str) -> str:
    """Return the topic of the appointment."""
    return keys.AppointmentKey(alice.tenant_id, appointment).partition


@pytest.fixture
def queued_topic(topic: str) -> str:
    """Return the same topic, queued since a large audience followed it a moment ago."""
    subscriptions.mark_queued(topic, utc_now() + QUEUED_TTL)
    subscribe_all(topic, SOME)
    return topic


@pytest.fixture
def api() -> PartlyFailingApi:
    """Return the management API."""
    return PartlyFailingApi()


def test_queued_frame_reaches_everyone_once_redacted(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    subscribe_all(topic, MANY)
    alice.acquires(appointment)

    assert stream.pump(api) == []
    assert api.by_connection == {}, "the stream's function leaves it to the queue"
    assert fanout.length() == GROUP_COUNT
    assert fanout.pump(api) == []

    assert {len(frames) for frames in api.by_connection.values()} == {1}
    assert set(api.by_connection) == {*MANY, socket.connection_id}
    assert all("lockId" not in api.by_connection[each][0]["lock"] for each in MANY)
    assert api.by_connection[socket.connection_id][0]["lock"]["lockId"] == alice.lock_id


def test_small_audience_is_served_immediately(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    subscribe_all(topic, MANY[:-1])
    alice.acquires(appointment)

    stream.pump(api)

    assert set(api.by_connection) == set(MANY[:-1])
    assert fanout.length() == 0
    assert subscriptions.audience_of(topic).queued_until is None


@pytest.mark.usefixtures("queued_topic")
def test_fanout_function_delivers_queued_frames(
    alice: Member, appointment: str, stream: Stream, fanout: FanoutQueue
) -> None:
    socket = alice.connects()
    socket.subscribes(appointment)
    alice.acquires(appointment)

    assert (stream.pump(), socket.updates) == ([], [])
    assert fanout.pump() == []

    assert [frame["type"] for frame in socket.updates] == ["lock-acquired"]


def test_queued_delivery_forgets_gone_connections(
    alice: Member, appointment: str, queued_topic: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    api.gone = set(SOME[:5])
    alice.acquires(appointment)
    stream.pump(api)

    assert fanout.pump(api) == []

    assert {one.connection_id for one in subscriptions.subscribers_of(queued_topic)} == set(SOME[5:])


def test_queued_topic_stays_queued_for_an_hour(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    alice.acquires(appointment)
    subscribe_all(topic, SOME)
    publish(StreamRecord.parse(stream.locks()[-1]), api, max_immediate=5)
    unsubscribe_all(topic, SOME[3:])
    alice.renews(appointment)
    alice.releases(appointment)
    renewed, released = stream.locks()[-2:]
    hour = QUEUED_TTL - timedelta(minutes=1)

    publish(StreamRecord.parse(renewed), api, clock=clock_after(hour))
    assert api.by_connection == {}, "an immediate frame would overtake the queued ones"
    fanout.pump(api)
    publish(StreamRecord.parse(released), api, clock=clock_after(hour + QUEUED_TTL - timedelta(minutes=1)))
    assert fanout.length() > 0, "the hour has started again"
    fanout.pump(api)

    assert api.versions_of(SOME[0]) == sorted(set(api.versions_of(SOME[0])))
    assert len(api.versions_of(SOME[0])) == 3
    publish(StreamRecord.parse(released), api, clock=clock_after(hour + 2 * QUEUED_TTL))
    assert len(api.versions_of(SOME[0])) == 4, "delivered immediately"


def test_queued_mark_is_written_once_and_no_subscriber(
    alice: Member, appointment: str, topic: str, stream: Stream, api: PartlyFailingApi
) -> None:
    subscribe_all(topic, SOME)
    alice.acquires(appointment)
    (acquired,) = stream.locks()
    now = utc_now()

    publish(StreamRecord.parse(acquired), api, clock=lambda: now, max_immediate=5)
    publish(StreamRecord.parse(acquired), api, clock=lambda: now + timedelta(minutes=29))

    audience = subscriptions.audience_of(topic)
    assert audience.queued_until is not None
    assert abs(audience.queued_until - now - QUEUED_TTL) < timedelta(milliseconds=2)
    assert {one.connection_id for one in subscriptions.subscribers_of(topic)} == set(SOME)


@pytest.mark.usefixtures("queued_topic")
def test_failed_message_is_redelivered_in_order(
    alice: Member, appointment: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    alice.acquires(appointment)
    alice.renews(appointment)
    stream.pump(api)
    api.unreachable = {SOME[7]}

    assert len(fanout.pump(api)) == 1
    assert len(api.versions_of(SOME[7])) == 0
    api.unreachable = set()
    assert fanout.pump(api) == []

    for each in SOME:
        versions = api.versions_of(each)
        assert versions == sorted(versions)
        assert len(set(versions)) == 2
        assert len(versions) == 2 or group_of(each) == group_of(SOME[7])


def test_unreadable_message_alone_becomes_dead_letter(
    alice: Member, appointment: str, queued_topic: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    sqs, queue = client("sqs"), settings().fanout_queue_url
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead.fifo", "maxReceiveCount": 2}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(policy)})
    entry = next(each for each in queue_entries(queued_topic, "poison", b"{}", dict.fromkeys(SOME, b"{}")))
    SqsFanoutQueue(queue).send([QueueEntry("no message", entry.message_group_id, entry.deduplication_id)])
    alice.acquires(appointment)
    stream.pump(api)

    assert len(fanout.pump(api)) == 1
    assert len(api.by_connection) < len(SOME), "connections in its group wait"
    assert len(fanout.pump(api)) == 1
    assert fanout.pump(api) == []

    assert {len(api.versions_of(each)) for each in SOME} == {1}
    assert [letter["Body"] for letter in sqs.receive_message(QueueUrl=dead)["Messages"]] == ["no message"]


def test_redelivered_record_enqueues_no_duplicates(
    alice: Member, appointment: str, queued_topic: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    alice.acquires(appointment)
    stream.deliver(stream.locks(), api)
    subscribe_all(queued_topic, ["late"])

    assert stream.deliver(stream.locks(), api) == []

    assert fanout.length() in (GROUP_COUNT, GROUP_COUNT + 1)
    fanout.pump(api)
    assert {len(api.versions_of(each)) for each in SOME} == {1}


def test_large_calendar_audience_does_not_queue_direct_ones(
    alice: Member, appointment: str, topic: str, stream: Stream, fanout: FanoutQueue, api: PartlyFailingApi
) -> None:
    calendar = keys.tenant_calendar_topic(alice.tenant_id)
    subscribe_all(calendar, [*SOME, "both"])
    subscribe_all(topic, ["both"])
    alice.acquires(appointment)
    later = (utc_now() + timedelta(days=1, hours=2)).isoformat()
    alice.saves(appointment, 1, title="Knee", endsAt=later)
    alice.releases(appointment)

    for record in records_of(topic, stream):
        publish(StreamRecord.parse(record), api, max_immediate=5)

    kinds = ["lock-acquired", "appointment-updated", "lock-released"]
    assert [frame["type"] for frame in api.by_connection.pop("both")][-3:] == kinds
    assert api.by_connection == {}
    assert fanout.pump(api) == []
    assert "both" not in api.by_connection
    assert {tuple(frame["type"] for frame in api.by_connection[each])[-3:] for each in SOME} == {
        ("appointment-updated",) * 2
    }
    assert subscriptions.audience_of(topic).queued_until is None
    assert subscriptions.audience_of(calendar).queued_until is not None


@pytest.mark.usefixtures("queued_topic")
def test_failed_enqueue_delivers_nothing_out_of_order(
    alice: Member, appointment: str, stream: Stream, api: PartlyFailingApi
) -> None:
    alice.acquires(appointment)

    with pytest.raises(EnqueueFailed, match="1 of 2 messages: ServiceUnavailable"):
        publish(StreamRecord.parse(stream.locks()[-1]), api, queue=FullQueue())

    assert api.by_connection == {}


class FullQueue(SqsFanoutQueue):
    """A queue that accepts one message of two."""

    def __init__(self) -> None:
        super().__init__("https://sqs.example/fanout.fifo", self)

    def send_message_batch(self, **_: object) -> dict[str, Any]:
        return {"Successful": [{"Id": "0"}], "Failed": [{"Id": "1", "Code": "ServiceUnavailable"}]}

    def send(self, entries: Sequence[QueueEntry]) -> None:
        super().send(entries[:2])


def test_failed_record_holds_up_its_own_partition_only(
    practice: Practice,
    alice: Member,
    bob: Member,
    appointment: str,
    topic: str,
    stream: Stream,
    api: PartlyFailingApi,
) -> None:
    other = practice.creates_appointment()
    subscribe_all(topic, ["near", "unreachable"])
    subscribe_all(keys.AppointmentKey(alice.tenant_id, other).partition, ["elsewhere"])
    alice.acquires(appointment)
    bob.acquires(other)
    alice.renews(appointment)
    api.unreachable = {"unreachable"}
    first, elsewhere, second = stream.locks()

    failures = stream.deliver([first, elsewhere, second], api)

    assert failures == [{"itemIdentifier": each["dynamodb"]["SequenceNumber"]} for each in (first, second)]
    assert (len(api.versions_of("near")), len(api.versions_of("elsewhere"))) == (1, 1)
    api.unreachable = set()
    assert stream.deliver([first, elsewhere, second], api) == []
    assert api.versions_of("unreachable") == sorted(api.versions_of("unreachable"))
    assert len(api.versions_of("unreachable")) == 2


class Context:
    """The context of a function with less time left at each call."""

    def __init__(self, *seconds: float) -> None:
        self._seconds: list[float] = list(seconds)

    def get_remaining_time_in_millis(self) -> int:
        left = self._seconds.pop(0) if len(self._seconds) > 1 else self._seconds[0]
        return int(left * 1000)


def test_function_near_its_timeout_leaves_the_rest(
    alice: Member, appointment: str, topic: str, stream: Stream, api: PartlyFailingApi
) -> None:
    subscribe_all(topic, ["near"])
    alice.acquires(appointment)
    alice.renews(appointment)
    first, second = stream.locks()

    failures = stream.deliver([first, second], api, Context(60, 18, 14))

    assert failures == [{"itemIdentifier": second["dynamodb"]["SequenceNumber"]}]
    assert len(api.versions_of("near")) == 1
    assert api.seconds == [pytest.approx(3, abs=1)]


def records_of(topic: str, stream: Stream) -> list[dict[str, Any]]:
    """Return the records of one appointment."""
    return [record for record in stream.records() if record["dynamodb"]["Keys"]["pk"]["S"] == topic]


def clock_after(later: timedelta) -> Any:
    now: datetime = utc_now() + later
    return lambda: now
