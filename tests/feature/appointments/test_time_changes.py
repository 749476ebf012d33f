"""Saves that change allocated time, in the transaction of the fenced save."""

from datetime import timedelta

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.feature.schedule_builders import adds_doctor, adds_rooms, changes_service, creates_appointment

pytestmark = pytest.mark.slow

NINE, TEN, ELEVEN = next_monday(9), next_monday(10), next_monday(11)
HALF_PAST_NINE = next_monday(9, 30)
AT_TEN = {"startsAt": rfc3339(TEN), "endsAt": rfc3339(next_monday(10, 30))}


@pytest.fixture
def booked(patient: Patient, alice: Member) -> str:
    """Return an appointment at nine, which Alice has open for editing; its id."""
    appointment: str = patient.holds_and_books(NINE)["id"]
    alice.acquires(appointment)
    return appointment


def test_save_moves_appointment_and_allocated_time(patient: Patient, alice: Member, booked: str) -> None:
    saved = alice.saves(booked, 1, **AT_TEN)

    assert (saved.status, saved["version"]) == (200, 2)
    assert creates_appointment(alice, patient.practice, TEN).code == "SLOT_TAKEN"
    assert creates_appointment(alice, patient.practice, NINE).status == 201
    assert patient.opens_booking()["appointment"]["startsAt"] == AT_TEN["startsAt"]


def test_save_can_move_into_own_time(patient: Patient, alice: Member, booked: str) -> None:
    start, end = next_monday(9, 10), next_monday(9, 40)

    assert alice.saves(booked, 1, startsAt=rfc3339(start), endsAt=rfc3339(end)).status == 200

    assert creates_appointment(alice, patient.practice, NINE, endsAt=rfc3339(start)).status == 201
    assert creates_appointment(alice, patient.practice, next_monday(9, 35)).code == "SLOT_TAKEN"


def test_save_of_end_takes_and_releases_time(other: Patient, alice: Member, booked: str) -> None:
    alice.saves(booked, 1, endsAt=rfc3339(TEN))
    assert other.holds(next_monday(9, 30)).code == "SLOT_TAKEN"

    alice.saves(booked, 2, endsAt=rfc3339(next_monday(9, 15)))

    assert other.holds(next_monday(9, 15)).status == 201


def test_save_of_doctor_takes_time_of_new_doctor(patient: Patient, alice: Member, booked: str) -> None:
    practice, second = patient.practice, adds_doctor(patient.practice)

    assert alice.saves(booked, 1, doctorId=second).status == 200

    assert creates_appointment(alice, practice, NINE, doctorId=second).code == "SLOT_TAKEN"
    assert creates_appointment(alice, practice, NINE).status == 201


def test_save_of_service_takes_its_buffers(patient: Patient, alice: Member, booked: str) -> None:
    practice, form = patient.practice, {"name": "Surgery", "durationMinutes": 30, "bufferAfterMinutes": 30}
    surgery = practice.admin.post("/services", form)["id"]

    assert alice.saves(booked, 1, serviceId=surgery).status == 200

    assert creates_appointment(alice, practice, next_monday(9, 45)).code == "SLOT_TAKEN"
    assert creates_appointment(alice, practice, TEN).status == 201


def test_save_onto_taken_time_is_refused(patient: Patient, other: Patient, alice: Member, booked: str) -> None:
    in_the_way = other.holds_and_books(next_monday(10, 15))
    before = patient.opens_booking()["appointment"]
    alice.keeps_draft(booked, 1, title="Later")

    refused = alice.saves(booked, 1, title="Later", **AT_TEN)

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN")
    assert [one["appointmentId"] for one in refused["collided"]] == [in_the_way["id"]]
    assert refused["alternatives"][0]["start"] == rfc3339(next_monday(10, 45))
    assert patient.opens_booking()["appointment"] == before
    assert creates_appointment(alice, patient.practice, NINE).code == "SLOT_TAKEN", "its time is its own still"
    assert alice.draft(booked)["fields"] == {"title": "Later"}
    assert alice.saves(booked, 1, title="Later").status == 200, "and so is the lock"


def test_save_onto_held_time_is_refused(other: Patient, alice: Member, booked: str) -> None:
    other.holds(TEN)

    refused = alice.saves(booked, 1, **AT_TEN)

    assert (refused.code, refused["collided"][0]["state"]) == ("SLOT_TAKEN", "held")
    assert other.books().status == 201


@pytest.mark.parametrize("rooms", [[], ["Room 1"]], ids=["doctor taken", "room taken"])
def test_lost_lock_is_reported_before_taken_time(
    practice: Practice, patient: Patient, alice: Member, booked: str, rooms: list[str]
) -> None:
    if rooms:
        adds_rooms(practice, *rooms)
        creates_appointment(alice, practice, TEN, doctorId=adds_doctor(practice))
    else:
        creates_appointment(alice, practice, TEN)
    practice.admin.takes_over(booked)

    refused = alice.saves(booked, 1, **AT_TEN)

    assert (refused.status, refused.code) == (409, "LOCK_LOST")
    assert patient.opens_booking()["appointment"]["version"] == 1


def test_old_version_is_reported_before_taken_time(practice: Practice, alice: Member, booked: str) -> None:
    creates_appointment(alice, practice, TEN)
    alice.saves(booked, 1, title="Knee")

    assert alice.saves(booked, 1, **AT_TEN).code == "VERSION_MISMATCH"


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_cancelled_or_missed_appointment_releases_time(
    other: Patient, alice: Member, booked: str, status: str
) -> None:
    assert alice.saves(booked, 1, status=status).status == 200

    assert other.holds(NINE).status == 201


@pytest.mark.parametrize("status", ["pending", "completed"])
def test_pending_or_completed_appointment_keeps_time(
    other: Patient, alice: Member, booked: str, status: str
) -> None:
    assert alice.saves(booked, 1, status=status).status == 200

    assert other.holds(NINE).code == "SLOT_TAKEN"


def test_cancelled_appointment_moves_without_taking_time(patient: Patient, alice: Member, booked: str) -> None:
    creates_appointment(alice, patient.practice, TEN)
    alice.cancels(booked, 1)

    assert alice.saves(booked, 2, **AT_TEN).status == 200

    assert creates_appointment(alice, patient.practice, NINE).status == 201


def test_reconfirmed_appointment_takes_its_time_again(other: Patient, alice: Member, booked: str) -> None:
    alice.cancels(booked, 1)

    assert alice.saves(booked, 2, status="confirmed").status == 200

    assert other.holds(NINE).code == "SLOT_TAKEN"


def test_reconfirmation_on_taken_time_is_refused(
    patient: Patient, other: Patient, alice: Member, booked: str
) -> None:
    alice.cancels(booked, 1)
    other.holds_and_books(next_monday(9, 15))

    refused = alice.saves(booked, 2, status="confirmed")

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN")
    assert patient.opens_booking()["appointment"]["status"] == "cancelled"


def test_restore_takes_the_old_time(patient: Patient, alice: Member, booked: str) -> None:
    alice.saves(booked, 1, **AT_TEN)

    restored = alice.restores(booked, 1, 2)

    assert (restored.status, restored["startsAt"]) == (200, rfc3339(NINE))
    assert creates_appointment(alice, patient.practice, NINE).code == "SLOT_TAKEN"
    assert creates_appointment(alice, patient.practice, TEN).status == 201


def test_restore_onto_taken_time_is_refused(patient: Patient, other: Patient, alice: Member, booked: str) -> None:
    alice.saves(booked, 1, **AT_TEN)
    other.holds_and_books(NINE)

    refused = alice.restores(booked, 1, 2)

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN")
    assert patient.opens_booking()["appointment"]["startsAt"] == AT_TEN["startsAt"]


def test_new_buffers_leave_booked_time_alone(practice: Practice, alice: Member, booked: str) -> None:
    changes_service(practice, bufferAfterMinutes=30)

    assert alice.saves(booked, 1, title="Knee").status == 200
    assert creates_appointment(alice, practice, next_monday(9, 30)).status == 201, (
        "the buffer is for what is booked from now on"
    )


def test_save_with_start_after_end_is_explained(alice: Member, booked: str) -> None:
    for times in ({"startsAt": rfc3339(TEN)}, {"endsAt": rfc3339(next_monday(8))}):
        refused = alice.saves(booked, 1, **times)
        assert (refused.status, [fault["field"] for fault in refused["errors"]]) == (422, ["endsAt"])


def test_appointment_longer_than_a_day_is_refused(alice: Member, booked: str) -> None:
    refused = alice.saves(booked, 1, endsAt=rfc3339(NINE + timedelta(hours=24, minutes=1)))

    assert (refused.status, [fault["field"] for fault in refused["errors"]]) == (422, ["endsAt"])


def test_patients_change_while_locked_is_refused(patient: Patient, alice: Member, booked: str) -> None:
    refusals = [patient.reschedules(TEN), patient.cancels()]

    for refused in refusals:
        assert (refused.status, refused.code) == (409, "LOCKED")
        assert alice.name not in str(refused.body), "a patient learns no name"
        assert alice.email not in str(refused.body)
    alice.releases(booked)
    assert patient.reschedules(TEN).status == 200


def test_save_after_patients_change_is_refused(patient: Patient, alice: Member, booked: str) -> None:
    alice.releases(booked)
    patient.reschedules(ELEVEN)
    alice.acquires(booked)

    refused = alice.saves(booked, 1, **AT_TEN)

    assert (refused.status, refused.code) == (409, "VERSION_MISMATCH")
    assert refused["current"]["startsAt"] == rfc3339(ELEVEN)
    assert refused["current"]["updatedBy"] == {"userId": "patient", "name": patient.name}


def test_save_under_new_buffers_keeps_booked_time(practice: Practice, patient: Patient, alice: Member) -> None:
    booked = patient.holds_and_books(NINE)["id"]
    creates_appointment(alice, practice, HALF_PAST_NINE)
    changes_service(practice, bufferAfterMinutes=15)
    alice.acquires(booked)

    done = alice.saves(booked, 1, status="completed")

    assert done.status == 200, "it takes the time that it was booked with"
    assert alice.saves(booked, 2, status="cancelled").status == 200
    assert creates_appointment(alice, practice, NINE, endsAt=rfc3339(next_monday(9, 15))).status == 201
