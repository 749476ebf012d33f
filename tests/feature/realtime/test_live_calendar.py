"""Everybody who looks at a calendar sees time being taken and given back, and nothing of whose it is."""

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.deadline_queue import DeadlineQueue
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Member, Practice
from tests.app_client.socket import Socket
from tests.app_client.stream import Stream
from tests.feature.realtime.test_visitors import comes
from tests.feature.schedule_builders import adds_rooms, changes_service, creates_appointment, hold_made_ago

pytestmark = pytest.mark.slow

NINE, TEN = next_monday(9), next_monday(10)
Told = list[tuple[str, str]]


@pytest.fixture
def visitor(patient: Patient, stream: Stream) -> Socket:
    """Somebody at the practice's page, who has heard of all that was before."""
    stream.pump()
    return comes(patient.practice)


def told(socket: Socket) -> Told:
    """What became of which start, in order."""
    slots = [frame for frame in socket.frames if frame["type"] == "slot-updated"]
    return [(slot["start"][11:16], slot["state"]) for slot in slots]


def test_a_visitor_sees_a_time_held_and_booked(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds_and_books(NINE)

    stream.pump()

    assert told(visitor) == [("09:00", "held"), ("09:00", "booked")]
    (slot, _) = visitor.frames
    assert (slot["doctorId"], slot["end"]) == (patient.practice.doctor_id, rfc3339(next_monday(9, 30)))
    for secret in (patient.name, patient.email, patient.hold_id, patient.manage_token, "Check-up"):
        assert secret not in str(visitor.frames)


def test_a_visitor_sees_a_time_given_back(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds(NINE)
    patient.releases_hold()

    stream.pump()

    assert told(visitor) == [("09:00", "held"), ("09:00", "free")]


def test_a_visitor_sees_a_hold_lapse(
    patient: Patient, visitor: Socket, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    hold_made_ago(patient, NINE, 330)
    stream.pump()

    deadline_queue.pump()
    stream.pump()

    assert told(visitor) == [("09:00", "held"), ("09:00", "free")]


def test_a_lapsed_hold_makes_way_before_it_is_swept(
    patient: Patient, other: Patient, visitor: Socket, stream: Stream, deadline_queue: DeadlineQueue
) -> None:
    hold_made_ago(patient, NINE, 330)
    other.holds(NINE)
    stream.pump()

    deadline_queue.pump()
    stream.pump()

    assert told(visitor) == [("09:00", "held")], "by the one or the other: nothing changed for those who look"


def test_a_move_is_told_at_both_places(patient: Patient, visitor: Socket, stream: Stream) -> None:
    patient.holds_and_books(NINE)
    patient.reschedules(TEN)

    stream.pump()

    assert sorted(told(visitor)[2:]) == [("09:00", "free"), ("10:00", "booked")]


def test_a_move_within_the_hour_is_told_as_free_and_then_booked(
    patient: Patient, visitor: Socket, stream: Stream
) -> None:
    patient.holds_and_books(NINE)
    patient.reschedules(next_monday(9, 15))

    stream.pump()

    assert told(visitor)[2:] == [("09:00", "free"), ("09:15", "booked")]


def test_what_staff_book_and_cancel_is_told_too(
    patient: Patient, alice: Member, visitor: Socket, stream: Stream
) -> None:
    appointment = creates_appointment(alice, patient.practice, NINE)["id"]
    alice.acquires(appointment)
    alice.cancels(appointment, 1)

    stream.pump()

    assert told(visitor) == [("09:00", "booked"), ("09:00", "free")]


def test_the_staffs_calendar_hears_of_patients_at_once(patient: Patient, alice: Member, stream: Stream) -> None:
    stream.pump()
    socket = alice.connects()
    socket.exchanges({"action": "subscribe-calendar", "doctorId": patient.practice.doctor_id})
    patient.holds_and_books(NINE)
    patient.cancels()

    stream.pump()

    assert told(socket) == [("09:00", "held"), ("09:00", "booked"), ("09:00", "free")]
    updated = [frame["appointmentVersion"] for frame in socket.frames if frame["type"] == "appointment-updated"]
    assert updated == [1, 2]


def test_what_reaches_over_hours_is_told_once(
    patient: Patient, visitor: Socket, alice: Member, stream: Stream
) -> None:
    creates_appointment(alice, patient.practice, next_monday(9, 45), endsAt=rfc3339(next_monday(12, 15)))

    stream.pump()

    assert told(visitor) == [("09:45", "booked")]


def test_buffers_and_rooms_are_nobodys_news(
    practice: Practice, patient: Patient, visitor: Socket, stream: Stream
) -> None:
    adds_rooms(practice, "Room 1")
    changes_service(practice, bufferBeforeMinutes=30, bufferAfterMinutes=30)
    patient.holds(TEN)

    stream.pump()

    assert told(visitor) == [("10:00", "held")]
    assert visitor.frames[0]["end"] == rfc3339(next_monday(10, 30))


def test_what_is_told_again_says_the_same_and_harms_nothing(
    patient: Patient, visitor: Socket, stream: Stream
) -> None:
    patient.holds_and_books(NINE)
    stream.pump()
    once = visitor.frames

    stream.deliver(stream.records()[-12:])

    assert {str(frame) for frame in visitor.frames} == {str(frame) for frame in once}


def test_another_practices_visitors_and_members_hear_nothing(patient: Patient, stream: Stream) -> None:
    elsewhere = Practice("Elsewhere")
    stream.pump()
    visitor, member = comes(elsewhere), elsewhere.admin.connects()
    member.exchanges({"action": "subscribe-calendar"})
    patient.holds_and_books(NINE)

    stream.pump()

    assert (told(visitor), told(member)) == ([], [])
