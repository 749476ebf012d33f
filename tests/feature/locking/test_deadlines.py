"""Each deadline takes effect: by its message, by the sweep, or by TTL."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import app
from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.events.deadline_queue import Deadline
from chalicelib.core.settings import settings
from chalicelib.locking.model import Tab
from chalicelib.locking.service import deadlines, leases
from tests.app_client.aws import REGION, client
from tests.app_client.deadline_queue import DeadlineQueue
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream
from tests.feature.locking.test_locks import held_since

ONE_MINUTE_EVENT = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "resources": []}


def sweep() -> None:
    app.sweep({**ONE_MINUTE_EVENT, "version": "0", "account": "1", "time": "", "region": REGION, "id": "1"}, None)


def remove_by_ttl(member: Member, appointment: str) -> None:
    """Remove the lock's item, as TTL does."""
    key = {"pk": {"S": keys.AppointmentKey(member.tenant_id, appointment).partition}, "sk": {"S": keys.LOCK}}
    client("dynamodb").delete_item(TableName=settings().table_name, Key=key)


def spoil(member: Member, appointment: str) -> None:
    """Corrupt the lock's item so that it cannot be decoded."""
    key = {"pk": {"S": keys.AppointmentKey(member.tenant_id, appointment).partition}, "sk": {"S": keys.LOCK}}
    client("dynamodb").update_item(TableName=settings().table_name, Key=key, UpdateExpression="REMOVE acquiredAt")


def test_message_of_lease_announces_its_expiry(
    alice: Member, bob: Member, appointment: str, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    held_since(alice, appointment, seconds_ago=301)
    stream.pump()
    socket = bob.connects()
    socket.subscribes(appointment)

    assert deadline_queue.pump() == []
    stream.pump()

    (frame,) = socket.updates
    assert (frame["type"], frame["cause"], frame["lock"]) == ("lock-released", "expired", None)
    assert bob.status(appointment)["state"] == "unlocked"


def test_repeated_message_announces_once(
    alice: Member, appointment: str, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    held_since(alice, appointment, seconds_ago=301)
    stream.pump()
    stream.deliver(stream.records())
    assert len(deadline_queue.waiting()) > 1

    deadline_queue.pump()

    changes = [record["dynamodb"]["NewImage"]["cause"]["S"] for record in stream.locks()]
    assert changes == ["acquired", "expired"]


def test_sweep_expires_lease_of_lost_message(alice: Member, appointment: str, stream: Stream) -> None:
    held_since(alice, appointment, seconds_ago=330)

    sweep()
    sweep()

    changes = [record["dynamodb"]["NewImage"]["cause"]["S"] for record in stream.locks()]
    assert changes == ["acquired", "expired"]


def test_sweep_continues_after_a_failure(practice: Practice, alice: Member, stream: Stream) -> None:
    places = [practice.creates_appointment() for _ in range(3)]
    for place in places:
        held_since(alice, place, seconds_ago=330)
    spoil(alice, min(places, key=lambda place: keys.deadlines_of(keys.LockKey(alice.tenant_id, place))))

    with pytest.raises(ExceptionGroup, match="1 of 3"):
        sweep()

    changes = [record["dynamodb"]["NewImage"]["cause"]["S"] for record in stream.locks()]
    assert changes.count("expired") == 2


def test_sweep_leaves_live_lease(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)

    sweep()

    assert alice.status(appointment)["state"] == "locked_by_user"


def test_removal_by_ttl_announces_expiry(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    held_since(alice, appointment, seconds_ago=301)
    stream.pump()
    before = alice.status(appointment)["version"]
    socket = bob.connects()
    socket.subscribes(appointment)

    remove_by_ttl(alice, appointment)
    stream.pump()

    (frame,) = socket.updates
    assert (frame["type"], frame["cause"], frame["lock"]) == ("lock-released", "expired", None)
    assert frame["version"] == before + 1
    assert bob.status(appointment)["version"] == before + 1, "the version never decreases"


def test_version_outlives_item_of_free_lock(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)
    before = alice.status(appointment)["version"]

    remove_by_ttl(alice, appointment)
    stream.pump()
    stream.deliver(stream.records())

    assert alice.status(appointment)["version"] == before
    assert bob.acquires(appointment, expectedVersion=before + 1).code == "VERSION_MISMATCH"
    assert bob.acquires(appointment, expectedVersion=before).status == 200
    assert bob.status(appointment)["version"] > before


def test_slow_clock_never_lowers_the_version(alice: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)
    before = alice.status(appointment)["version"]
    remove_by_ttl(alice, appointment)
    stream.pump()

    slow = leases.acquire(
        Tab(alice.principal, alice.tab_id), appointment, clock=lambda: utc_now() - timedelta(hours=2)
    )

    assert slow.version == before + 1


def test_saved_last_version_announces_no_change(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)
    stream.pump()
    socket = bob.connects()
    socket.subscribes(appointment)

    remove_by_ttl(alice, appointment)
    stream.pump()
    (kept,) = stream.records()[-1:]
    stream.deliver([kept])

    assert "lockVersion" in kept["dynamodb"]["NewImage"]
    assert socket.updates == []


class Outbox:
    """A queue that only collects."""

    def __init__(self) -> None:
        self.sent: list[Deadline] = []

    def send(self, deadline: Deadline, now: datetime) -> None:
        del now
        self.sent.append(deadline)


def test_message_of_renewed_lease_is_sent_again(alice: Member, appointment: str, practice: Practice) -> None:
    tab, now = Tab(alice.principal, alice.tab_id), utc_now()
    lock = leases.acquire(tab, appointment, clock=lambda: now)
    assert lock.lock_id
    renewed = leases.renew(alice.principal, appointment, lock.lock_id, clock=lambda: now + timedelta(minutes=4))
    timer = Deadline("lock", practice.tenant.id, appointment, lock.expires_at, lock.lock_id)
    outbox = Outbox()

    deadlines.on_deadline(timer, outbox, clock=lambda: lock.expires_at + timedelta(seconds=1))

    assert outbox.sent == [replace(timer, due_at=renewed.expires_at)]
    assert alice.status(appointment)["state"] == "locked_by_user"


def test_malformed_message_fails_alone(
    alice: Member, appointment: str, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    held_since(alice, appointment, seconds_ago=301)
    stream.pump()
    deadline_queue.waiting()
    good = deadline_queue.received

    failures = deadline_queue.deliver([{"MessageId": "bad", "Body": "{}"}, *good])

    assert failures == [{"itemIdentifier": "bad"}]
    assert alice.status(appointment)["state"] == "unlocked"


def test_lease_is_live_at_its_deadline(alice: Member, appointment: str, practice: Practice) -> None:
    tab = Tab(alice.principal, alice.tab_id)
    now = utc_now()
    lock = leases.acquire(tab, appointment, clock=lambda: now)
    key = keys.LockKey(practice.tenant.id, appointment)

    at_the_deadline = deadlines.apply_due_transitions(key, clock=lambda: lock.expires_at)
    after = deadlines.apply_due_transitions(key, clock=lambda: lock.expires_at + timedelta(milliseconds=1))

    assert at_the_deadline
    assert at_the_deadline.lock is not None
    assert after
    assert after.lock is None
