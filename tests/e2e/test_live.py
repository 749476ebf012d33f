"""Live updates of one appointment between two members."""

import pytest

from tests.app_client.member import Member, Visitor
from tests.app_client.transport import ConnectionLost, UpgradeRefused

# AWS answers a refused upgrade with 401, the emulator with 403.
REFUSED = {401, 403}


def test_acquired_lock_is_seen_by_the_other_member(alice: Member, bob: Member, appointment: str) -> None:
    with bob.watches(appointment) as socket:
        lock = alice.acquires(appointment)["lock"]
        frame = socket.expects("lock-acquired")
    assert frame["version"] == lock["version"]
    assert frame["lock"]["userInfo"]["email"] == "alice@demo.test"
    assert "lockId" not in frame["lock"]
    refusal = bob.acquires(appointment)
    assert (refusal.status, refusal.code) == (409, "LOCKED")
    assert refusal["lock"]["userId"] == alice.member_id


def test_save_is_seen_by_the_other_member(alice: Member, bob: Member, appointment: str) -> None:
    lock = alice.acquires(appointment)["lock"]
    version = alice.get(f"/appointments/{appointment}")["version"]
    with bob.watches(appointment) as socket:
        change = {"version": version, "lockId": lock["lockId"], "title": "A new title"}
        saved = alice.put(f"/appointments/{appointment}", change)
        frame = socket.expects("appointment-updated")
    assert saved.status == 200, saved
    assert frame["appointmentVersion"] == saved["version"] == version + 1
    assert frame["changed"] == ["title"]
    assert bob.get(f"/appointments/{appointment}")["title"] == "A new title"


def test_beacon_of_closing_tab_releases_the_lock(alice: Member, bob: Member, appointment: str) -> None:
    """`navigator.sendBeacon` can only POST text/plain without a token: the lock id is the permission."""
    lock = alice.acquires(appointment)["lock"]
    with bob.watches(appointment) as socket:
        beacon = Visitor(alice.transport).send(
            "POST",
            f"/appointments/{appointment}/release-lock",
            {"lockId": lock["lockId"]},
            headers={"Content-Type": "text/plain;charset=UTF-8"},
        )
        assert beacon.status == 200, beacon
        frame = socket.expects("lock-released")
    assert frame["version"] > lock["version"]
    assert bob.acquires(appointment).status == 200


def test_socket_without_valid_ticket_is_refused(visitor: Visitor) -> None:
    for ticket in (None, "", "guessed"):
        with pytest.raises(UpgradeRefused) as refusal, visitor.opens_socket(ticket):
            pass
        assert refusal.value.status in REFUSED


def test_ticket_opens_one_socket(alice: Member) -> None:
    ticket = alice.ticket()
    with alice.opens_socket(ticket) as socket:
        socket.sends({"action": "ping"})
        socket.expects("pong")
        with pytest.raises(UpgradeRefused) as refusal, alice.opens_socket(ticket):
            pass
    assert refusal.value.status in REFUSED


@pytest.mark.parametrize(
    "malformed", ["", "malformed", "[]", "{}", "null", '{"action": 7}', '{"action": "fly"}', "{" * 5000]
)
def test_malformed_frame_gets_error_and_keeps_socket(malformed: str, alice: Member) -> None:
    with alice.connects() as socket:
        socket.sends(malformed)
        assert socket.expects("error")["code"]
        socket.sends({"action": "ping"})
        socket.expects("pong")


@pytest.mark.parametrize("action", ["$connect", "$disconnect"])
def test_route_name_as_action_keeps_the_subscription(
    action: str, alice: Member, bob: Member, appointment: str
) -> None:
    with bob.watches(appointment) as socket:
        socket.sends({"action": action})
        assert socket.expects("error")["action"] == action
        alice.acquires(appointment)
        socket.expects("lock-acquired")


def test_binary_frame_breaks_nothing(alice: Member) -> None:
    with alice.connects() as socket:
        socket.sends(bytes(range(256)))
        try:
            socket.sends({"action": "ping"})
            socket.expects("pong")
        except ConnectionLost:
            pass  # API Gateway may close the connection
    assert alice.get("/health").status == 200


def test_subscription_to_another_tenant_is_refused(visitor: Visitor, alice: Member, appointment: str) -> None:
    eve = visitor.signs_up("Elsewhere")
    with eve.connects() as socket:
        socket.sends({"action": "subscribe", "appointmentId": appointment})
        assert socket.expects("error")["code"] == "NOT_FOUND"
        with alice.watches(appointment) as alices:
            alice.acquires(appointment)
            alices.expects("lock-acquired")
        socket.sends({"action": "ping"})
        socket.expects_next("pong")
