"""WebSockets of visitors of a practice's public page."""

import pytest

from tests.app_client.in_process import connects
from tests.app_client.member import Member
from tests.app_client.practice import Practice, send
from tests.app_client.socket import Socket
from tests.app_client.stream import Stream
from tests.app_client.transport import UpgradeRefused


def connects_visitor(practice: Practice) -> Socket:
    """Connect a visitor."""
    answer = send("POST", f"/public/{practice.tenant.slug}/ws-ticket")
    assert (answer.status, answer["expiresIn"]) == (200, 30), answer
    return connects(answer["ticket"])


def slots(socket: Socket) -> list[tuple[str, str]]:
    """Return the doctor and state of each slot frame."""
    assert {frame["type"] for frame in socket.frames} <= {"slot-updated", "calendar-subscribed", "pong"}
    return [(one["doctorId"], one["state"]) for one in socket.frames if one["type"] == "slot-updated"]


def test_visitor_gets_slots_without_patient_data(practice: Practice, stream: Stream) -> None:
    visitor = connects_visitor(practice)
    appointment = practice.creates_appointment()

    stream.pump()

    assert slots(visitor) == [(practice.doctor_id, "booked")]
    assert "Marta" not in str(visitor.frames)
    assert appointment not in str(visitor.frames)


def test_visitor_gets_no_slots_of_another_tenant(practice: Practice, stream: Stream) -> None:
    elsewhere = connects_visitor(Practice("Elsewhere"))
    practice.creates_appointment()

    stream.pump()

    assert slots(elsewhere) == []


def test_visitor_narrows_subscription_to_a_doctor(practice: Practice, stream: Stream) -> None:
    of_this, of_another, of_none = (connects_visitor(practice) for _ in range(3))
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
def test_member_commands_are_refused_for_visitors(
    practice: Practice, appointment: str, frame: dict[str, object]
) -> None:
    visitor = connects_visitor(practice)

    error = visitor.exchanges({**frame, "appointmentId": appointment})

    assert (error["type"], error["code"], error["action"]) == ("error", "FORBIDDEN", frame["action"])
    assert visitor.exchanges({"action": "ping"})["type"] == "pong"


def test_visitor_ticket_opens_one_connection_only(practice: Practice) -> None:
    ticket = send("POST", f"/public/{practice.tenant.slug}/ws-ticket")["ticket"]
    connects(ticket)

    with pytest.raises(UpgradeRefused):
        connects(ticket)


@pytest.mark.parametrize("slug", ["nobody-here", "x" * 300, "%23", "TENANT"])
def test_visitor_ticket_of_unknown_practice_is_404(slug: str) -> None:
    answer = send("POST", f"/public/{slug}/ws-ticket")

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_disconnected_visitor_gets_no_frames(practice: Practice, stream: Stream) -> None:
    visitor = connects_visitor(practice)
    visitor.closes()
    practice.creates_appointment()

    stream.pump()

    assert visitor.frames == []


def test_calendar_followers_get_appointments_and_slots(
    practice: Practice, alice: Member, bob: Member, stream: Stream
) -> None:
    tenant_calendar, doctor_calendar, other_doctor = alice.connects(), bob.connects(), bob.connects()
    subscribed = tenant_calendar.exchanges({"action": "subscribe-calendar"})
    doctor_calendar.exchanges({"action": "subscribe-calendar", "doctorId": practice.doctor_id})
    doctor = {"name": "Dr. Reis", "timeZone": "Europe/Lisbon", "serviceIds": []}
    other_doctor.exchanges(
        {"action": "subscribe-calendar", "doctorId": practice.admin.post("/doctors", doctor)["id"]}
    )
    assert subscribed["type"] == "calendar-subscribed"
    appointment = practice.creates_appointment()

    stream.pump()

    for socket in (tenant_calendar, doctor_calendar):
        # Two items changed, in no order.
        entered, _, slot = sorted(socket.frames, key=lambda frame: str(frame["type"]))
        assert (entered["type"], entered["appointmentId"]) == ("appointment-updated", appointment)
        assert (slot["type"], slot["state"]) == ("slot-updated", "booked")
    assert [frame["type"] for frame in other_doctor.frames] == ["calendar-subscribed"]


def test_follower_of_several_topics_gets_frame_once(
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


def test_unsubscribed_calendar_sends_no_frames(practice: Practice, alice: Member, stream: Stream) -> None:
    socket = alice.connects()
    socket.exchanges({"action": "subscribe-calendar"})
    socket.sends({"action": "unsubscribe-calendar"})
    practice.creates_appointment()

    stream.pump()

    assert [frame["type"] for frame in socket.frames] == ["calendar-subscribed"]


def test_calendar_of_another_tenant_sends_no_frames(practice: Practice, stream: Stream) -> None:
    socket = Practice("Elsewhere").admin.connects()
    socket.exchanges({"action": "subscribe-calendar"})
    refused = socket.exchanges({"action": "subscribe-calendar", "doctorId": practice.doctor_id})
    practice.creates_appointment()

    stream.pump()

    assert (refused["code"], refused["action"]) == ("NOT_FOUND", "subscribe-calendar")
    assert [frame["type"] for frame in socket.frames] == ["calendar-subscribed", "error"]


def test_visitor_ticket_accepts_any_content_type_without_body(practice: Practice) -> None:
    """A proxy may add a content type that the browser left out."""
    path = f"/public/{practice.tenant.slug}/ws-ticket"

    answer = send("POST", path, headers={"Content-Type": "application/octet-stream"})

    assert answer.status == 200
