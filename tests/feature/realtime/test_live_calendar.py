"""Slots of a calendar for visitors and members: held, booked and free, without an owner."""

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.deadline_queue import DeadlineQueue
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.app_client.socket import Socket
from tests.app_client.stream import Stream
from tests.feature.realtime.test_visitors import connects_visitor
from tests.feature.schedule_builders import adds_rooms, changes_service, creates_appointment, hold_made_ago

pytestmark = pytest.mark.slow

NINE, TEN = next_monday(9), next_monday(10)
Slots = list[tuple[str, str]]


@pytest.fixture
def visitor(patient: Patient, stream: Stream) -> Socket:
    """Return a visitor that has received everything so far."""
    stream.pump()
    return connects_visitor(patient.practice)


def slots_of(socket: Socket) -> Slots:
    """Return the start and state of each slot frame, in order."""
    slots = [frame for frame in socket.frames if frame["type"] == "slot-updated"]
    return [(slot["start"][11:16], slot["state"]) for slot in slots]


def test_hold_and_booking_reach_visitors(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds_and_books(NINE)

    stream.pump()

    assert slots_of(visitor) == [("09:00", "held"), ("09:00", "booked")]
    (slot, _) = visitor.frames
    assert (slot["doctorId"], slot["end"]) == (patient.practice.doctor_id, rfc3339(next_monday(9, 30)))
    for secret in (patient.name, patient.email, patient.hold_id, patient.manage_token, "Check-up"):
        assert secret not in str(visitor.frames)


def test_released_hold_reaches_visitors(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds(NINE)
    patient.releases_hold()

    stream.pump()

    assert slots_of(visitor) == [("09:00", "held"), ("09:00", "free")]


def test_expired_hold_reaches_visitors(
    patient: Patient, visitor: Socket, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    hold_made_ago(patient, NINE, 330)
    stream.pump()

    deadline_queue.pump()
    stream.pump()

    assert slots_of(visitor) == [("09:00", "held"), ("09:00", "free")]


def test_expired_hold_taken_by_another_is_not_announced_free(
    patient: Patient, other: Patient, visitor: Socket, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    hold_made_ago(patient, NINE, 330)
    other.holds(NINE)
    stream.pump()

    deadline_queue.pump()
    stream.pump()

    assert slots_of(visitor) == [("09:00", "held")], (
        "by the one patient or the other: nothing changed for visitors"
    )


def test_reschedule_announces_both_times(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds_and_books(NINE)
    patient.reschedules(TEN)

    stream.pump()

    assert sorted(slots_of(visitor)[2:]) == [("09:00", "free"), ("10:00", "booked")]


def test_reschedule_within_an_hour_frees_before_booking(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds_and_books(NINE)
    patient.reschedules(next_monday(9, 15))

    stream.pump()

    assert slots_of(visitor)[2:] == [("09:00", "free"), ("09:15", "booked")]


def test_staff_bookings_reach_visitors(patient: Patient, alice: Member, visitor: Socket, stream: Stream) -> None:
    appointment = creates_appointment(alice, patient.practice, NINE)["id"]
    alice.acquires(appointment)
    alice.cancels(appointment, 1)

    stream.pump()

    assert slots_of(visitor) == [("09:00", "booked"), ("09:00", "free")]


def test_patient_bookings_reach_staff_calendar(patient: Patient, alice: Member, stream: Stream) -> None:
    stream.pump()
    socket = alice.connects()
    socket.exchanges({"action": "subscribe-calendar", "doctorId": patient.practice.doctor_id})
    patient.holds_and_books(NINE)
    patient.cancels()

    stream.pump()

    assert slots_of(socket) == [("09:00", "held"), ("09:00", "booked"), ("09:00", "free")]
    updated = [frame["appointmentVersion"] for frame in socket.frames if frame["type"] == "appointment-updated"]
    assert updated == [1, 2]


def test_appointment_over_several_hours_is_announced_once(
    patient: Patient, visitor: Socket, alice: Member, stream: Stream
) -> None:
    creates_appointment(alice, patient.practice, next_monday(9, 45), endsAt=rfc3339(next_monday(12, 15)))

    stream.pump()

    assert slots_of(visitor) == [("09:45", "booked")]


def test_buffers_and_rooms_are_not_announced(
    practice: Practice, patient: Patient, visitor: Socket, stream: Stream
) -> None:
    adds_rooms(practice, "Room 1")
    changes_service(practice, bufferBeforeMinutes=30, bufferAfterMinutes=30)
    patient.holds(TEN)

    stream.pump()

    assert slots_of(visitor) == [("10:00", "held")]
    assert visitor.frames[0]["end"] == rfc3339(next_monday(10, 30))


def test_redelivered_slots_are_the_same_frames(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds_and_books(NINE)
    stream.pump()
    once = visitor.frames

    stream.deliver(stream.records()[-12:])

    assert {str(frame) for frame in visitor.frames} == {str(frame) for frame in once}


def test_slots_of_another_tenant_are_not_sent(patient: Patient, stream: Stream) -> None:
    elsewhere = Practice("Elsewhere")
    stream.pump()
    visitor, member = connects_visitor(elsewhere), elsewhere.admin.connects()
    member.exchanges({"action": "subscribe-calendar"})
    patient.holds_and_books(NINE)

    stream.pump()

    assert (slots_of(visitor), slots_of(member)) == ([], [])
