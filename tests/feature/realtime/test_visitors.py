"""People without an account, who look at a practice's public page."""

import pytest

from tests.app_client.in_process import connects
from tests.app_client.practice import Member, Practice, send
from tests.app_client.socket import Socket
from tests.app_client.stream import Stream
from tests.app_client.transport import UpgradeRefused


def comes(practice: Practice) -> Socket:
    """A visitor's socket."""
    answer = send("POST", f"/public/{practice.tenant.slug}/ws-ticket")
    assert (answer.status, answer["expiresIn"]) == (200, 30), answer
    return connects(answer["ticket"])


def slots(socket: Socket) -> list[tuple[str, str]]:
    """Doctors, and what became of their time."""
    assert {frame["type"] for frame in socket.frames} <= {"slot-updated", "calendar-subscribed", "pong"}
    return [(one["doctorId"], one["state"]) for one in socket.frames if one["type"] == "slot-updated"]


def test_a_visitor_sees_times_being_taken_and_nothing_of_whom(practice: Practice, stream: Stream) -> None:
    visitor = comes(practice)
    appointment = practice.creates_appointment()

    stream.pump()

    assert slots(visitor) == [(practice.doctor_id, "booked")]
    assert "Marta" not in str(visitor.frames)
    assert appointment not in str(visitor.frames)


def test_a_visitor_of_one_practice_hears_nothing_of_another(practice: Practice, stream: Stream) -> None:
    elsewhere = comes(Practice("Elsewhere"))
    practice.creates_appointment()

    stream.pump()

    assert slots(elsewhere) == []


def test_a_visitor_can_ask_for_one_doctor_or_for_nothing(practice: Practice, stream: Stream) -> None:
    of_this, of_another, of_none = (comes(practice) for _ in range(3))
    of_this.exchanges({"action": "subscribe-calendar", "doctorId": practice.doctor_id})
    assert of_another.exchanges({"action": "subscribe-calendar", "doctorId": "another"})["doctorId"] == "another"
    of_none.sends({"action": "unsubscribe-calendar"})
    practice.creates_appointment()

    stream.pump()

    assert slots(of_this) == [(practice.doctor_id, "booked")]
    assert slots(of_another) == slots(of_none) == []


@pytest.mark.parametrize(
    "frame",
    [
        {"action": "subscribe"},
        {"action": "unsubscribe"},
        {"action": "presence", "state": "viewing"},
        {"action": "cursor-position", "position": {"x": 0, "y": 0}},
    ],
)
def test_all_else_is_for_members(practice: Practice, appointment: str, frame: dict[str, object]) -> None:
    visitor = comes(practice)

    error = visitor.exchanges({**frame, "appointmentId": appointment})

    assert (error["type"], error["code"], error["action"]) == ("error", "FORBIDDEN", frame["action"])
    assert visitor.exchanges({"action": "ping"})["type"] == "pong"


def test_a_visitors_ticket_opens_one_socket_too(practice: Practice) -> None:
    ticket = send("POST", f"/public/{practice.tenant.slug}/ws-ticket")["ticket"]
    connects(ticket)

    with pytest.raises(UpgradeRefused):
        connects(ticket)


@pytest.mark.parametrize("slug", ["nobody-here", "x" * 300, "%23", "TENANT"])
def test_there_is_no_ticket_to_a_practice_that_is_not_there(slug: str) -> None:
    answer = send("POST", f"/public/{slug}/ws-ticket")

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_a_visitor_who_left_is_forgotten(practice: Practice, stream: Stream) -> None:
    visitor = comes(practice)
    visitor.closes()
    practice.creates_appointment()

    stream.pump()

    assert visitor.frames == []


def test_members_see_the_calendar_move(practice: Practice, alice: Member, bob: Member, stream: Stream) -> None:
    whole, doctors, others = alice.connects(), bob.connects(), bob.connects()
    subscribed = whole.exchanges({"action": "subscribe-calendar"})
    doctors.exchanges({"action": "subscribe-calendar", "doctorId": practice.doctor_id})
    doctor = {"name": "Dr. Reis", "timeZone": "Europe/Lisbon", "serviceIds": []}
    others.exchanges({"action": "subscribe-calendar", "doctorId": practice.admin.post("/doctors", doctor)["id"]})
    assert subscribed["type"] == "calendar-subscribed"
    appointment = practice.creates_appointment()

    stream.pump()

    for socket in (whole, doctors):
        # Two things changed, and neither waits for the other.
        entered, _, slot = sorted(socket.frames, key=lambda frame: str(frame["type"]))
        assert (entered["type"], entered["appointmentId"]) == ("appointment-updated", appointment)
        assert (slot["type"], slot["state"]) == ("slot-updated", "booked")
    assert [frame["type"] for frame in others.frames] == ["calendar-subscribed"]


def test_who_follows_an_appointment_in_two_ways_is_told_once(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    stream.pump()
    socket = bob.connects()
    socket.subscribes(appointment)
    socket.exchanges({"action": "subscribe-calendar"})
    socket.exchanges({"action": "subscribe-calendar", "doctorId": practice.doctor_id})
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Knee")

    stream.pump()

    types = [frame["type"] for frame in socket.frames]
    assert types.count("appointment-updated") == 1
    assert types.count("slot-updated") == 0, "its time stayed the same"


def test_a_calendar_that_one_left_is_silent(practice: Practice, alice: Member, stream: Stream) -> None:
    socket = alice.connects()
    socket.exchanges({"action": "subscribe-calendar"})
    socket.sends({"action": "unsubscribe-calendar"})
    practice.creates_appointment()

    stream.pump()

    assert [frame["type"] for frame in socket.frames] == ["calendar-subscribed"]


def test_another_practices_calendar_stays_silent(practice: Practice, stream: Stream) -> None:
    socket = Practice("Elsewhere").admin.connects()
    socket.exchanges({"action": "subscribe-calendar"})
    refused = socket.exchanges({"action": "subscribe-calendar", "doctorId": practice.doctor_id})
    practice.creates_appointment()

    stream.pump()

    assert (refused["code"], refused["action"]) == ("NOT_FOUND", "subscribe-calendar")
    assert [frame["type"] for frame in socket.frames] == ["calendar-subscribed", "error"]


def test_who_has_nothing_to_say_need_not_say_in_which_form(practice: Practice) -> None:
    """Between a browser and the function somebody may fill in a type that the browser left out."""
    path = f"/public/{practice.tenant.slug}/ws-ticket"

    answer = send("POST", path, headers={"Content-Type": "application/octet-stream"})

    assert answer.status == 200
