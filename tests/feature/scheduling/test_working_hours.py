"""Breaks, exceptions, and bookings after a change of hours."""

from datetime import timedelta

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.feature.schedule_builders import (
    adds_doctor,
    changes_doctor,
    changes_service,
    creates_appointment,
    offered_starts,
)

pytestmark = pytest.mark.slow

MONDAY, TUESDAY, SATURDAY = (next_monday() + timedelta(days=days) for days in (0, 1, 5))
CLOSED = {"date": f"{MONDAY:%Y-%m-%d}", "closed": True}
NOON = {"weekday": 1, "start": "12:00", "end": "13:00"}


def test_slot_into_break_is_not_offered(practice: Practice, patient: Patient) -> None:
    changes_doctor(practice, breaks=[NOON])

    around = [start for start in offered_starts(patient, MONDAY) if "11:15" <= start <= "13:15"]

    assert around == ["11:15", "11:30", "13:00", "13:15"]
    assert patient.holds(next_monday(11, 45)).status == 422


def test_buffer_may_reach_into_break(practice: Practice, patient: Patient) -> None:
    changes_doctor(practice, breaks=[NOON])
    changes_service(practice, bufferAfterMinutes=30)

    assert patient.holds(next_monday(11, 30)).status == 201


def test_staff_may_book_into_break(practice: Practice, patient: Patient, alice: Member) -> None:
    changes_doctor(practice, breaks=[NOON])

    assert creates_appointment(alice, patient.practice, next_monday(12)).status == 201


def test_closed_date_has_no_slots(practice: Practice, patient: Patient) -> None:
    changes_doctor(practice, exceptions=[CLOSED])

    assert offered_starts(patient, MONDAY) == []
    assert offered_starts(patient, TUESDAY)[0] == "09:00"
    assert patient.holds(next_monday(9)).status == 422


def test_extra_hours_are_offered_on_free_day(practice: Practice, patient: Patient) -> None:
    extra = {"date": f"{SATURDAY:%Y-%m-%d}", "start": "10:10", "end": "11:00"}
    assert offered_starts(patient, SATURDAY) == []

    changes_doctor(practice, exceptions=[extra])

    assert offered_starts(patient, SATURDAY) == ["10:10", "10:25"]
    assert patient.holds_and_books(SATURDAY + timedelta(hours=10, minutes=25))["endsAt"][11:16] == "10:55"


def test_closed_date_with_extra_hours_replaces_hours(practice: Practice, patient: Patient) -> None:
    evening = {"date": CLOSED["date"], "start": "18:00", "end": "19:00"}

    changes_doctor(practice, exceptions=[CLOSED, evening])

    assert offered_starts(patient, MONDAY) == ["18:00", "18:15", "18:30"]


@pytest.mark.parametrize(
    "change",
    [
        {"workingHours": [{"weekday": 1, "start": "12:00", "end": "17:00"}]},
        {"breaks": [{"weekday": 1, "start": "09:15", "end": "09:20"}]},
        {"exceptions": [CLOSED, {"date": CLOSED["date"], "start": "14:00", "end": "17:00"}]},
        {"timeZone": "America/New_York", "workingHours": [{"weekday": 1, "start": "09:00", "end": "12:00"}]},
    ],
    ids=["later hours", "a break", "a date with other hours", "another zone"],
)
def test_changed_hours_list_conflicts_and_keep_bookings(
    practice: Practice, patient: Patient, other: Patient, change: dict[str, object]
) -> None:
    early, late = patient.holds_and_books(next_monday(9)), other.holds_and_books(next_monday(15))

    conflicts = changes_doctor(practice, **change)["conflicts"]

    assert conflicts == [{"appointmentId": early["id"], "start": early["startsAt"], "end": early["endsAt"]}], late[
        "id"
    ]
    assert patient.opens_booking()["appointment"] == early
    assert creates_appointment(practice.admin, practice, next_monday(9)).code == "SLOT_TAKEN", (
        "the booking keeps its time"
    )


def test_cancelled_appointment_is_no_conflict(practice: Practice, patient: Patient) -> None:
    patient.holds_and_books(next_monday(9))
    patient.cancels()

    assert changes_doctor(practice, workingHours=[])["conflicts"] == []


def test_archived_doctor_keeps_appointments(practice: Practice, patient: Patient, other: Patient) -> None:
    booked = patient.holds_and_books(next_monday(9))

    listed = practice.admin.delete(f"/doctors/{practice.doctor_id}")["conflicts"]

    assert [one["appointmentId"] for one in listed] == [booked["id"]]
    assert offered_starts(patient, MONDAY) == []
    assert other.holds(next_monday(10)).status == 422
    assert patient.opens_booking()["doctor"]["name"] == "Dr. Nunes"
    assert patient.reschedules(next_monday(10), doctorId=adds_doctor(practice)).status == 200


def test_archived_service_keeps_appointments(practice: Practice, patient: Patient, other: Patient) -> None:
    patient.holds_and_books(next_monday(9))

    practice.admin.delete(f"/services/{practice.service_id}")

    assert other.searches().status == 422
    assert other.holds(next_monday(10)).status == 422
    assert patient.opens_booking()["service"]["name"] == "Check-up"
    assert patient.cancels().status == 200


def test_hold_of_archived_doctor_can_be_booked(practice: Practice, patient: Patient) -> None:
    patient.holds(next_monday(9))
    practice.admin.delete(f"/doctors/{practice.doctor_id}")

    assert patient.books().status == 201


def test_doctor_is_offered_for_own_services_only(practice: Practice, patient: Patient) -> None:
    other = adds_doctor(practice, serviceIds=[])

    assert offered_starts(patient, MONDAY, doctorIds=other) == []
    refused = patient.holds(next_monday(9), doctorId=other)
    assert (refused.status, refused["errors"][0]["field"]) == (422, "start")


def test_rescheduled_appointment_keeps_booked_duration(practice: Practice, patient: Patient) -> None:
    patient.holds_and_books(next_monday(9))
    changes_service(practice, durationMinutes=60)

    assert patient.opens_booking()["service"]["durationMinutes"] == 30
    moved = patient.reschedules(next_monday(10))
    assert moved["appointment"]["endsAt"] == rfc3339(next_monday(10, 30))
