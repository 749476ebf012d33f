"""Rooms and devices are allocated and released with the doctor's time."""

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.dynamodb_calls import consistency_of_queries
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.feature.schedule_builders import (
    ALWAYS,
    adds_doctor,
    adds_rooms,
    changes_doctor,
    changes_service,
    creates_appointment,
    offered_starts,
    sets_rules,
)

pytestmark = pytest.mark.slow

NINE, TEN = next_monday(9), next_monday(10)


@pytest.fixture
def second(patient: Patient) -> str:
    """Return the id of a second doctor for the same service."""
    return adds_doctor(patient.practice)


def test_taken_room_refuses_second_doctor(
    practice: Practice, patient: Patient, other: Patient, second: str
) -> None:
    (room,) = adds_rooms(practice, "Room 1")
    patient.holds_and_books(NINE)

    refused = other.holds(next_monday(9, 15), doctorId=second)

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN")
    assert [one["resourceId"] for one in refused["collided"]] == [room]
    assert "doctorId" not in refused["collided"][0], "the doctor would be free"
    assert refused["alternatives"][0]["start"] == rfc3339(next_monday(9, 30))


def test_device_is_shared_by_services(practice: Practice, patient: Patient, second: str) -> None:
    (laser,) = adds_rooms(practice, "Laser")
    form = {"name": "Tattoo", "durationMinutes": 30, "needs": [{"anyOf": [laser]}]}
    tattoo = practice.admin.post("/services", form)["id"]
    practice.admin.patch(f"/doctors/{second}", {"serviceIds": [tattoo]})
    patient.holds_and_books(NINE)

    around = offered_starts(patient, NINE, serviceId=tattoo, doctorIds=second)

    assert "09:00" not in around
    assert {"08:30", "09:30"} <= {*around}


def test_free_room_is_chosen(
    practice: Practice, patient: Patient, other: Patient, alice: Member, second: str
) -> None:
    adds_rooms(practice, "Room 1", "Room 2")
    third = adds_doctor(practice, name="Dr. Sá")
    patient.holds_and_books(NINE)

    other.holds_and_books(NINE, doctorId=second)

    refused = creates_appointment(alice, practice, NINE, doctorId=third)
    assert refused.code == "SLOT_TAKEN", "no third room"
    assert len({one["resourceId"] for one in refused["collided"]}) == 2


def test_two_needs_take_two_resources(practice: Practice, patient: Patient, second: str) -> None:
    room, laser = (practice.admin.post("/resources", {"name": name})["id"] for name in ("Room", "Laser"))
    changes_service(practice, needs=[{"anyOf": [room, laser]}, {"anyOf": [room]}])

    patient.holds_and_books(NINE)

    refused = creates_appointment(practice.admin, practice, NINE, doctorId=second)
    assert {one["resourceId"] for one in refused["collided"]} == {room, laser}


def test_room_is_taken_for_buffers(practice: Practice, patient: Patient, alice: Member, second: str) -> None:
    adds_rooms(practice, "Room 1")
    changes_service(practice, bufferAfterMinutes=15)
    patient.holds_and_books(NINE)

    assert creates_appointment(alice, practice, next_monday(9, 30), doctorId=second).code == "SLOT_TAKEN"
    assert creates_appointment(alice, practice, next_monday(9, 45), doctorId=second).status == 201


def test_cancelled_appointment_releases_room(
    practice: Practice, patient: Patient, other: Patient, second: str
) -> None:
    adds_rooms(practice, "Room 1")
    patient.holds_and_books(NINE)

    patient.cancels()

    assert other.holds_and_books(NINE, doctorId=second)["status"] == "confirmed"


def test_rescheduled_appointment_moves_its_room(
    practice: Practice, patient: Patient, other: Patient, second: str
) -> None:
    adds_rooms(practice, "Room 1")
    patient.holds_and_books(NINE)

    assert patient.reschedules(next_monday(9, 15)).status == 200, "its own room counts as free"

    assert creates_appointment(practice.admin, practice, next_monday(9, 30), doctorId=second).code == "SLOT_TAKEN"
    assert creates_appointment(practice.admin, practice, next_monday(8, 45), doctorId=second).status == 201
    assert patient.reschedules(TEN, doctorId=second).status == 200
    assert other.holds_and_books(next_monday(9, 15))["doctorId"] == practice.doctor_id


def test_rescheduled_appointment_keeps_room_if_free(practice: Practice, patient: Patient, second: str) -> None:
    first, free = adds_rooms(practice, "Room 1", "Room 2")
    patient.holds_and_books(NINE)
    patient.reschedules(TEN)

    creates_appointment(practice.admin, practice, TEN, doctorId=second)
    refused = creates_appointment(practice.admin, practice, TEN, doctorId=adds_doctor(practice))

    appointments = {one["resourceId"]: one["appointmentId"] for one in refused["collided"]}
    assert appointments[first] == patient.opens_booking()["appointment"]["id"]
    assert set(appointments) == {first, free}


def test_released_hold_releases_room(practice: Practice, patient: Patient, other: Patient, second: str) -> None:
    adds_rooms(practice, "Room 1")
    patient.holds(NINE)
    assert other.holds(NINE, doctorId=second).code == "SLOT_TAKEN"

    patient.releases_hold()

    assert other.holds(NINE, doctorId=second).status == 201


def test_archived_room_is_not_chosen_and_keeps_appointment(
    practice: Practice, patient: Patient, alice: Member, second: str
) -> None:
    first, _ = adds_rooms(practice, "Room 1", "Room 2")
    patient.holds_and_books(NINE)
    practice.admin.delete(f"/resources/{first}")

    assert patient.opens_booking()["appointment"]["status"] == "confirmed"
    assert creates_appointment(alice, practice, NINE, doctorId=second).status == 201, "in the other room"
    assert patient.reschedules(TEN).status == 200, "in the other room, too"
    assert creates_appointment(alice, practice, TEN, doctorId=second).code == "SLOT_TAKEN"


def test_appointment_over_transaction_limit_is_rejected(
    practice: Practice, patient: Patient, alice: Member
) -> None:
    changes_doctor(practice, workingHours=ALWAYS)
    sets_rules(practice)
    rooms = [practice.admin.post("/resources", {"name": f"Room {number}"})["id"] for number in range(3)]
    changes_service(practice, durationMinutes=24 * 60, needs=[{"anyOf": [room]} for room in rooms])

    refusals = [creates_appointment(alice, practice, next_monday(9, 5)), patient.holds(next_monday(9, 15))]

    assert [(refused.status, refused["errors"][0]["field"]) for refused in refusals] == [(422, "endsAt")] * 2
    changes_service(practice, needs=[])
    assert creates_appointment(alice, practice, next_monday(9, 5)).status == 201


def test_pending_appointment_in_archived_room_is_confirmed(
    practice: Practice, patient: Patient, alice: Member
) -> None:
    room, _ = adds_rooms(patient.practice, "Room 1", "Room 2")
    asked = creates_appointment(alice, practice, NINE, status="pending")["id"]
    creates_appointment(alice, practice, NINE, doctorId=adds_doctor(practice))
    assert practice.admin.delete(f"/resources/{room}").status == 200
    alice.acquires(asked)

    assert alice.saves(asked, 1, status="confirmed").status == 200
    assert alice.cancels(asked, 2).status == 200


def test_hold_reads_rooms_consistently(patient: Patient) -> None:
    adds_rooms(patient.practice, "Room 1", "Room 2")

    with consistency_of_queries("#TIME#") as reads:
        assert patient.holds(NINE).status == 201

    assert reads == [True]
