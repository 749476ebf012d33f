"""Booking requests: repeats, idempotency keys and invalid forms."""

import pytest

from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice
from tests.app_client.response import Response
from tests.feature.schedule_builders import creates_appointment, offered_starts

pytestmark = pytest.mark.slow

NINE = next_monday(9)


def faults(refused: Response) -> list[str]:
    """Return the errors of a form."""
    assert (refused.status, refused.code) == (422, "VALIDATION"), refused.body
    return sorted(fault["field"] for fault in refused["errors"])


def test_pending_appointment_takes_time(practice: Practice, patient: Patient) -> None:
    creates_appointment(practice.admin, practice, NINE, status="pending")

    assert offered_starts(patient, NINE)[0] == "09:30"
    assert patient.holds(NINE).code == "SLOT_TAKEN"


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_appointment_created_as_over_takes_no_time(practice: Practice, patient: Patient, status: str) -> None:
    creates_appointment(practice.admin, practice, NINE, status=status)

    assert patient.holds(NINE).status == 201


def test_booking_repeated_after_lost_response_is_replayed(practice: Practice, patient: Patient) -> None:
    patient.holds(NINE)

    first, again = patient.books("key"), patient.books("key")

    assert (first.status, first.body) == (again.status, again.body)
    assert len(practice.admin.get("/appointments")["items"]) == 1


def test_booking_replay_ignores_later_changes(patient: Patient) -> None:
    patient.holds(NINE)
    first = patient.books("key")
    patient.cancels()

    assert patient.books("key").body == first.body


def test_idempotency_key_is_bound_to_one_request(patient: Patient, other: Patient) -> None:
    patient.holds(NINE)
    patient.books("key")

    assert faults(patient.books("key", notes="My knee.")) == ["Idempotency-Key"]
    other.holds(next_monday(10))
    assert faults(other.books("key")) == ["Idempotency-Key"]
    assert other.books("another").status == 201


@pytest.mark.parametrize("key", [" ", "two words", "é", "x" * 256])
def test_malformed_idempotency_key_is_explained(patient: Patient, key: str) -> None:
    patient.holds(NINE)

    assert faults(patient.books(key)) == ["Idempotency-Key"]
    assert patient.books("x" * 255).status == 201


def test_hold_is_booked_once_without_idempotency_key(practice: Practice, patient: Patient) -> None:
    patient.holds(NINE)
    patient.books()

    again = patient.books()

    assert (again.status, again.code) == (409, "HOLD_EXPIRED")
    assert len(practice.admin.get("/appointments")["items"]) == 1


def test_conflict_names_appointment_to_members_only(
    practice: Practice, patient: Patient, other: Patient, alice: Member
) -> None:
    booked = patient.holds_and_books(NINE)

    to_staff, to_patient = creates_appointment(alice, practice, NINE), other.holds(NINE)

    assert [one["appointmentId"] for one in to_staff["collided"]] == [booked["id"]]
    assert [one["state"] for one in to_patient["collided"]] == ["booked"]
    for secret in (booked["id"], patient.name, patient.email, patient.manage_token):
        assert secret not in str(to_patient.body)


def test_invalid_booking_form_names_errors_and_keeps_hold(patient: Patient) -> None:
    patient.holds(NINE)
    contact = {"name": " ", "email": "marta", "phone": "1" * 41, "age": 40}

    assert faults(patient.books(patient=contact, notes="x" * 10_001, timeZone="Mars/Olympus", colour="red")) == [
        "colour",
        "notes",
        "patient.age",
        "patient.email",
        "patient.name",
        "patient.phone",
        "timeZone",
    ]
    assert patient.books().status == 201


def test_patients_text_is_stored_unchanged(practice: Practice, patient: Patient) -> None:
    patient.holds(NINE)
    contact = {"name": "Zoë O'Brien <b>", "email": "zoe@patients.test", "phone": "+351 210 000 000"}
    notes = "Line one\r\nline two\t🦵 \u202e \u0000 {{x}}"

    appointment = patient.books(patient=contact, notes=notes)["appointment"]

    seen = practice.admin.get(f"/appointments/{appointment['id']}")
    assert (seen["patient"], seen["notes"]) == (contact, notes)
    assert patient.opens_booking()["appointment"] == seen.body


def test_members_view_has_no_manage_secret(patient: Patient, alice: Member) -> None:
    patient.holds_and_books(NINE)
    secret = patient.manage_token.rpartition("~")[2]

    (listed,) = alice.get("/appointments")["items"]

    assert listed["updatedBy"] == {"userId": "patient", "name": patient.name}
    for hidden in (secret, patient.hold_token, "occupies"):
        assert hidden not in str(listed)
