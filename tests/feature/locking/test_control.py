"""Control requests, the holder's response, and the waitlist."""

from datetime import datetime, timedelta

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.locking.service import deadlines
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.socket import Socket
from tests.app_client.stream import Stream


@pytest.fixture
def carla(practice: Practice) -> Member:
    """Return a third staff member."""
    return practice.adds_member("Carla")


def follows(member: Member, appointment: str, stream: Stream) -> Socket:
    """Open the appointment in the member's tab and discard the snapshot."""
    stream.pump()
    socket = member.connects()
    socket.subscribes(appointment)
    return socket


def kinds(socket: Socket) -> list[str]:
    """Return the frames of a socket after its snapshot."""
    return [frame["type"] for frame in socket.updates]


def test_request_reaches_holder_and_followers(
    alice: Member, bob: Member, carla: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    holder, waiter, watcher = (follows(member, appointment, stream) for member in (alice, bob, carla))

    answer = bob.requests_control(appointment, "The patient is on the phone")
    stream.pump()

    assert (answer.status, answer["position"]) == (202, 1)
    assert answer["controlRequest"]["sessionId"] == bob.tab_id
    assert kinds(holder) == kinds(waiter) == ["control-requested", "lock-update"]
    asked = holder.updates[0]["controlRequest"]
    assert (asked["userId"], asked["message"]) == (bob.member_id, "The patient is on the phone")
    assert "sessionId" not in asked, "a session is its owner's alone"
    assert kinds(watcher) == ["lock-update"]
    shown = watcher.updates[0]["lock"]["controlRequest"]
    assert (shown["userInfo"]["name"], shown["message"]) == ("Bob", ""), "the message is private"
    assert carla.status(appointment)["lock"]["controlRequest"]["message"] == ""
    assert alice.status(appointment)["lock"]["controlRequest"]["message"] == "The patient is on the phone"


def test_request_deadline_follows_the_setting(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    before = utc_now()

    bob.requests_control(appointment)

    asked_at = _time(alice.status(appointment)["lock"]["controlRequest"]["expiresAt"]) - timedelta(seconds=30)
    assert before <= asked_at <= utc_now()


def test_grant_passes_the_lock(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    holder, waiter = follows(alice, appointment, stream), follows(bob, appointment, stream)

    answer = alice.grants(appointment, userId=bob.member_id, message="Take it")
    stream.pump()

    assert answer.status == 200
    assert answer["lock"]["userId"] == bob.member_id
    assert "lockId" not in answer["lock"]
    assert kinds(waiter) == kinds(holder) == ["control-granted", "lock-acquired"]
    granted = waiter.updates[0]
    assert (granted["by"]["userId"], granted["message"]) == (alice.member_id, "Take it")
    assert "lockId" not in holder.updates[0]["lock"]
    assert waiter.updates[1]["cause"] == "granted"
    lost = alice.saves(appointment, 1, title="x")
    assert lost.code == "LOCK_LOST"
    bob.lock_id = granted["lock"]["lockId"]
    assert bob.saves(appointment, 1, title="x").status == 200


def test_denial_carries_the_message(alice: Member, bob: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    waiter = follows(bob, appointment, stream)

    answer = alice.denies(appointment, message="Two more minutes")
    stream.pump()

    assert answer.status == 200
    assert kinds(waiter) == ["control-denied", "lock-update"]
    assert waiter.updates[0]["message"] == "Two more minutes"
    assert waiter.updates[0]["by"]["userInfo"]["name"] == "Alice"
    assert alice.status(appointment)["state"] == "locked_by_user"
    assert "controlRequest" not in alice.status(appointment)["lock"]


def test_requests_are_announced_in_order(alice: Member, bob: Member, carla: Member, appointment: str) -> None:
    alice.acquires(appointment)
    assert bob.requests_control(appointment)["position"] == 1
    assert carla.requests_control(appointment)["position"] == 2
    assert bob.requests_control(appointment, "Please")["position"] == 1, "a repeated request keeps the position"
    assert alice.grants(appointment, userId=carla.member_id).code == "NOTHING_ASKED"

    alice.grants(appointment)

    lock = bob.status(appointment)["lock"]
    assert lock["userId"] == bob.member_id
    assert lock["controlRequest"]["userId"] == carla.member_id


def test_withdrawn_request_leaves_the_waitlist(
    alice: Member, bob: Member, carla: Member, appointment: str
) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    carla.requests_control(appointment)

    assert (bob.withdraws_request(appointment).status, bob.withdraws_request(appointment)["position"]) == (
        202,
        None,
    )

    assert alice.status(appointment)["lock"]["controlRequest"]["userId"] == carla.member_id


def test_request_for_free_or_own_lock_is_refused(alice: Member, bob: Member, appointment: str) -> None:
    assert bob.requests_control(appointment).code == "NOT_LOCKED"
    alice.acquires(appointment)
    own = alice.in_another_tab().requests_control(appointment)
    assert (own.code, own["sameUser"]) == ("LOCKED", True)
    assert alice.grants(appointment).code == "NOTHING_ASKED"
    assert bob.grants(appointment).code == "LOCK_LOST"


def test_released_lock_is_reserved_for_first_waiter(
    alice: Member, bob: Member, carla: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)
    first, other = follows(bob, appointment, stream), follows(carla, appointment, stream)

    assert alice.releases(appointment).status == 200
    stream.pump()

    assert kinds(first) == ["lock-free", "lock-released"]
    assert kinds(other) == ["lock-released"]
    refused = carla.acquires(appointment)
    assert (refused.status, refused.code, refused["reserved"]) == (409, "LOCKED", True)
    assert refused["lock"]["userInfo"]["name"] == "Bob"
    assert refused["lock"]["expiresAt"] == first.updates[0]["expiresAt"]
    assert bob.acquires(appointment).status == 200


def test_unanswered_request_follows_tenant_policy(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    other = practice.creates_appointment()
    alice.acquires(appointment)
    bob.requests_control(appointment)
    practice.admin.patch("/tenant", {"onControlTimeout": "grant"})
    alice.acquires(other)
    bob.requests_control(other)
    waiter = follows(bob, appointment, stream)
    waiter.subscribes(other)
    seen = len(waiter.updates)
    later = lambda: utc_now() + timedelta(seconds=31)  # noqa: E731 - a clock

    for one in (appointment, other):
        deadlines.apply_due_transitions(keys.LockKey(practice.tenant.id, one), clock=later)
    stream.pump()

    shown = {
        one: [f["type"] for f in waiter.updates[seen:] if f["appointmentId"] == one]
        for one in (appointment, other)
    }
    assert shown == {
        appointment: ["control-expired", "lock-update"],
        other: ["control-granted", "lock-acquired"],
    }
    assert alice.status(appointment)["state"] == "locked_by_user"
    assert bob.status(other)["state"] == "locked_by_user"


def test_admin_goes_first_by_tenant_policy(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    practice.admin.patch("/tenant", {"adminsFirst": True})
    alice.acquires(appointment)
    bob.requests_control(appointment)

    assert practice.admin.requests_control(appointment)["position"] == 1
    assert alice.status(appointment)["lock"]["controlRequest"]["userId"] == practice.admin.member_id


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
