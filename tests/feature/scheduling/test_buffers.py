"""Buffers, cells and the edges of appointments."""

from datetime import timedelta

from chalicelib.core.clock import rfc3339
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.feature.schedule_builders import changes_service, creates_appointment, offered_starts, sets_rules


def test_booked_slots_leave_no_gap(patient: Patient, other: Patient) -> None:
    patient.holds_and_books(next_monday(9))
    other.holds_and_books(next_monday(9, 30))

    assert offered_starts(patient, next_monday())[:2] == ["10:00", "10:15"]


def test_taken_time_is_half_open(practice: Practice, patient: Patient) -> None:
    creates_appointment(practice.admin, practice, next_monday(10))

    around = [start for start in offered_starts(patient, next_monday()) if "09:15" <= start <= "10:45"]

    assert around == ["09:15", "09:30", "10:30", "10:45"]


def test_buffers_block_both_sides(practice: Practice, patient: Patient, other: Patient) -> None:
    changes_service(practice, bufferBeforeMinutes=10, bufferAfterMinutes=5)
    patient.holds_and_books(next_monday(11))

    around = [start for start in offered_starts(patient, next_monday()) if "10:00" <= start <= "12:00"]

    assert around == ["10:00", "10:15", "11:45", "12:00"]
    assert other.holds(next_monday(11, 30)).code == "SLOT_TAKEN"


def test_buffers_may_exceed_working_hours(practice: Practice, patient: Patient, other: Patient) -> None:
    changes_service(practice, bufferBeforeMinutes=20, bufferAfterMinutes=20)

    starts = offered_starts(patient, next_monday())

    assert (starts[0], starts[-1]) == ("09:00", "16:30")
    patient.holds_and_books(next_monday(9))
    other.holds_and_books(next_monday(16, 30))
    assert creates_appointment(practice.admin, practice, next_monday(17, 15)).code == "SLOT_TAKEN", (
        "the buffer keeps staff out"
    )


def test_last_slot_ends_at_closing(patient: Patient) -> None:
    assert patient.holds_and_books(next_monday(16, 30))["endsAt"] == rfc3339(next_monday(17))

    refused = patient.holds(next_monday(16, 45))

    assert (refused.status, [fault["field"] for fault in refused["errors"]]) == (422, ["start"])


def test_seven_minutes_take_two_cells(practice: Practice, patient: Patient) -> None:
    changes_service(practice, durationMinutes=7)
    sets_rules(practice, slotStepMinutes=5)

    appointment = patient.holds_and_books(next_monday(9))

    assert appointment["endsAt"] == rfc3339(next_monday(9, 7)), "not rounded"
    assert offered_starts(patient, next_monday())[:2] == ["09:10", "09:15"], "taken in whole cells"


def test_hold_off_the_grid_is_rejected(patient: Patient) -> None:
    for start in (next_monday(9, 5), next_monday(9) + timedelta(seconds=1), next_monday(8, 45)):
        assert patient.holds(start).status == 422


def test_staff_book_off_the_grid_and_outside_hours(practice: Practice, patient: Patient, alice: Member) -> None:
    sunday_night = next_monday(23, 7) - timedelta(days=1)

    entered = creates_appointment(alice, practice, sunday_night)

    assert (entered.status, entered["startsAt"]) == (201, rfc3339(sunday_night))
    assert patient.holds(sunday_night).status == 422


def test_staff_booking_over_taken_cell_is_refused(practice: Practice, patient: Patient, alice: Member) -> None:
    booked = patient.holds_and_books(next_monday(9))

    refused = creates_appointment(alice, practice, next_monday(9, 29), endsAt=rfc3339(next_monday(9, 31)))

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN")
    assert refused["collided"][0]["appointmentId"] == booked["id"]
    assert (
        creates_appointment(alice, practice, next_monday(8), endsAt=rfc3339(next_monday(9, 1))).code
        == "SLOT_TAKEN"
    )
    assert creates_appointment(alice, practice, next_monday(8), endsAt=rfc3339(next_monday(9))).status == 201


def test_end_within_cell_takes_whole_cell(practice: Practice, patient: Patient) -> None:
    sets_rules(practice, slotStepMinutes=5)

    creates_appointment(practice.admin, practice, next_monday(9), endsAt=rfc3339(next_monday(10, 1)))

    assert offered_starts(patient, next_monday())[0] == "10:05"


def test_appointment_over_midnight_takes_time_of_both_days(practice: Practice, alice: Member) -> None:
    late = next_monday(23, 45)
    assert creates_appointment(alice, practice, late).status == 201

    for start in (late - timedelta(minutes=25), late + timedelta(minutes=25)):
        assert creates_appointment(alice, practice, start).code == "SLOT_TAKEN"
    for start in (late - timedelta(minutes=30), late + timedelta(minutes=30)):
        assert creates_appointment(alice, practice, start).status == 201
