"""Two people, one appointment, everything at once."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.e2e.clients import Person, Visitor

# AWS says 401 for a refused upgrade, the emulator 403.
REFUSED = {401, 403}


def test_a_lock_that_one_gets_the_other_sees(alice: Person, bob: Person, appointment: str) -> None:
    with bob.watches(appointment) as socket:
        lock = alice.acquires(appointment)["lock"]
        frame = socket.expects("lock-acquired")
    assert frame["version"] == lock["version"]
    assert frame["lock"]["userInfo"]["email"] == "alice@demo.test"
    assert "lockId" not in frame["lock"]
    refusal = bob.acquires(appointment)
    assert (refusal.status, refusal.code) == (409, "LOCKED")
    assert refusal["lock"]["userId"] == alice.user["id"]


def test_what_one_saves_the_other_learns(alice: Person, bob: Person, appointment: str) -> None:
    lock = alice.acquires(appointment)["lock"]
    version = alice.send("GET", f"/appointments/{appointment}")["version"]
    with bob.watches(appointment) as socket:
        change = {"version": version, "lockId": lock["lockId"], "title": "A new title"}
        saved = alice.send("PUT", f"/appointments/{appointment}", change)
        frame = socket.expects("appointment-updated")
    assert saved.status == 200, saved
    assert frame["appointmentVersion"] == saved["version"] == version + 1
    assert frame["changed"] == ["title"]
    assert bob.send("GET", f"/appointments/{appointment}")["title"] == "A new title"


def test_a_closing_tab_releases_by_beacon(alice: Person, bob: Person, appointment: str) -> None:
    """`navigator.sendBeacon` can only POST text/plain, without a token: the lock's id is the right to release."""
    lock = alice.acquires(appointment)["lock"]
    with bob.watches(appointment) as socket:
        beacon = Visitor(alice.stack).send(
            "POST",
            f"/appointments/{appointment}/release-lock",
            {"lockId": lock["lockId"]},
            headers={"Content-Type": "text/plain;charset=UTF-8"},
        )
        assert beacon.status == 200, beacon
        frame = socket.expects("lock-released")
    assert frame["version"] > lock["version"]
    assert bob.acquires(appointment).status == 200


def test_no_ticket_no_socket(visitor: Visitor) -> None:
    for ticket in (None, "", "guessed"):
        with pytest.raises(InvalidStatus) as refusal, visitor.socket(ticket):
            pass
        assert refusal.value.response.status_code in REFUSED


def test_a_ticket_opens_one_socket(alice: Person) -> None:
    ticket = alice.ticket()
    with alice.socket(ticket) as socket:
        socket.sends(action="ping")
        socket.expects("pong")
        with pytest.raises(InvalidStatus) as refusal, alice.socket(ticket):
            pass
    assert refusal.value.response.status_code in REFUSED


@pytest.mark.parametrize(
    "rubbish", ["", "rubbish", "[]", "{}", "null", '{"action": 7}', '{"action": "fly"}', "{" * 5000]
)
def test_rubbish_gets_an_error_and_the_socket_stays(rubbish: str, alice: Person) -> None:
    with alice.socket(alice.ticket()) as socket:
        socket.sends_text(rubbish)
        assert socket.expects("error")["code"]
        socket.sends(action="ping")
        socket.expects("pong")


@pytest.mark.parametrize("action", ["$connect", "$disconnect"])
def test_route_name_as_action_keeps_the_subscription(
    action: str, alice: Person, bob: Person, appointment: str
) -> None:
    with bob.watches(appointment) as socket:
        socket.sends(action=action)
        assert socket.expects("error")["action"] == action
        alice.acquires(appointment)
        socket.expects("lock-acquired")


def test_what_is_not_text_does_not_break_the_front_door(alice: Person) -> None:
    with alice.socket(alice.ticket()) as socket:
        socket.connection.send(bytes(range(256)))
        try:
            socket.sends(action="ping")
            socket.expects("pong")
        except ConnectionClosed:
            pass  # which is API Gateway's own choice
    assert alice.send("GET", "/health").status == 200


def test_another_tenants_appointment_cannot_be_watched(visitor: Visitor, alice: Person, appointment: str) -> None:
    eve = visitor.signs_up("Elsewhere")
    with eve.socket(eve.ticket()) as socket:
        socket.sends(action="subscribe", appointmentId=appointment)
        assert socket.expects("error")["code"] == "NOT_FOUND"
        with alice.watches(appointment) as alices:
            alice.acquires(appointment)
            alices.expects("lock-acquired")
        socket.sends(action="ping")
        socket.expects_next("pong")
