"""Each deadline is announced: by its message, by the sweep if that was lost, and by TTL if that failed too."""

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
from tests.app_client.practice import Member, Practice
from tests.app_client.stream import Stream
from tests.feature.locking.test_locks import held_since

ONE_MINUTE_EVENT = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "resources": []}


def sweep() -> None:
    app.sweep({**ONE_MINUTE_EVENT, "version": "0", "account": "1", "time": "", "region": REGION, "id": "1"}, None)


def remove_by_ttl(member: Member, appointment: str) -> None:
    """What DynamoDB does with an item whose time has come."""
    key = {"pk": {"S": keys.AppointmentKey(member.tenant_id, appointment).partition}, "sk": {"S": keys.LOCK}}
    client("dynamodb").delete_item(TableName=settings().table_name, Key=key)


def spoil(member: Member, appointment: str) -> None:
    """Make an item of the lock that no code can read."""
    key = {"pk": {"S": keys.AppointmentKey(member.tenant_id, appointment).partition}, "sk": {"S": keys.LOCK}}
    client("dynamodb").update_item(TableName=settings().table_name, Key=key, UpdateExpression="REMOVE acquiredAt")


def test_the_message_of_a_new_lease_announces_its_end(
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


def test_a_message_that_comes_twice_announces_once(
    alice: Member, appointment: str, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    held_since(alice, appointment, seconds_ago=301)
    stream.pump()
    stream.deliver(stream.records())
    assert len(deadline_queue.waiting()) > 1

    deadline_queue.pump()

    changes = [record["dynamodb"]["NewImage"]["cause"]["S"] for record in stream.locks()]
    assert changes == ["acquired", "expired"]


def test_the_sweep_finds_what_a_lost_message_left(alice: Member, appointment: str, stream: Stream) -> None:
    held_since(alice, appointment, seconds_ago=330)

    sweep()
    sweep()

    changes = [record["dynamodb"]["NewImage"]["cause"]["S"] for record in stream.locks()]
    assert changes == ["acquired", "expired"]


def test_the_sweep_does_the_others_beside_one_that_it_cannot(
    practice: Practice, alice: Member, stream: Stream
) -> None:
    places = [practice.creates_appointment() for _ in range(3)]
    for place in places:
        held_since(alice, place, seconds_ago=330)
    spoil(alice, min(places, key=lambda place: keys.deadlines_of(keys.LockKey(alice.tenant_id, place))))

    with pytest.raises(ExceptionGroup, match="1 of 3"):
        sweep()

    changes = [record["dynamodb"]["NewImage"]["cause"]["S"] for record in stream.locks()]
    assert changes.count("expired") == 2


def test_the_sweep_leaves_a_lease_that_runs(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)

    sweep()

    assert alice.status(appointment)["state"] == "locked_by_user"


def test_ttl_ends_what_nothing_else_has_ended(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
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
    assert bob.status(appointment)["version"] == before + 1, "the version never goes back"


def test_the_version_outlives_the_item_of_a_free_lock(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
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


def test_a_clock_that_is_behind_makes_no_lower_version(alice: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)
    before = alice.status(appointment)["version"]
    remove_by_ttl(alice, appointment)
    stream.pump()

    slow = leases.acquire(
        Tab(alice.principal, alice.session_id), appointment, clock=lambda: utc_now() - timedelta(hours=2)
    )

    assert slow.version == before + 1


def test_keeping_the_version_is_no_news_of_the_appointment(
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
    """A timer queue that only remembers."""

    def __init__(self) -> None:
        self.sent: list[Deadline] = []

    def send(self, deadline: Deadline, now: datetime) -> None:
        del now
        self.sent.append(deadline)


def test_a_renewed_lease_is_waited_for_again(alice: Member, appointment: str, practice: Practice) -> None:
    tab, now = Tab(alice.principal, alice.session_id), utc_now()
    lock = leases.acquire(tab, appointment, clock=lambda: now)
    assert lock.lock_id
    renewed = leases.renew(alice.principal, appointment, lock.lock_id, clock=lambda: now + timedelta(minutes=4))
    timer = Deadline("lock", practice.tenant.id, appointment, lock.expires_at, lock.lock_id)
    outbox = Outbox()

    deadlines.on_deadline(timer, outbox, clock=lambda: lock.expires_at + timedelta(seconds=1))

    assert outbox.sent == [replace(timer, due_at=renewed.expires_at)]
    assert alice.status(appointment)["state"] == "locked_by_user"


def test_one_bad_message_does_not_hold_up_the_others(
    alice: Member, appointment: str, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    held_since(alice, appointment, seconds_ago=301)
    stream.pump()
    deadline_queue.waiting()
    good = deadline_queue.received

    failures = deadline_queue.deliver([{"MessageId": "bad", "Body": "{}"}, *good])

    assert failures == [{"itemIdentifier": "bad"}]
    assert alice.status(appointment)["state"] == "unlocked"


def test_the_deadline_itself_is_still_the_holders(alice: Member, appointment: str, practice: Practice) -> None:
    tab = Tab(alice.principal, alice.session_id)
    now = utc_now()
    lock = leases.acquire(tab, appointment, clock=lambda: now)
    key = keys.LockKey(practice.tenant.id, appointment)

    at_the_deadline = deadlines.apply_due_transitions(key, clock=lambda: lock.expires_at)
    after = deadlines.apply_due_transitions(key, clock=lambda: lock.expires_at + timedelta(milliseconds=1))

    assert at_the_deadline
    assert at_the_deadline.lock is not None
    assert after
    assert after.lock is None
