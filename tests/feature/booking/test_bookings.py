"""Booking by patients, from search to self-service."""

from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Practice


def test_patient_searches_holds_and_books(practice: Practice, patient: Patient) -> None:
    monday = next_monday()
    start = patient.finds_starts(**{"from": monday.date(), "limit": 1})[0]

    held = patient.holds(start)
    booked = patient.books(notes="My knee.")

    assert held.status == 201
    assert booked.status == 201, booked.body
    appointment = booked["appointment"]
    assert (appointment["startsAt"], appointment["status"], appointment["version"]) == (start, "confirmed", 1)
    seen = practice.admin.get(f"/appointments/{appointment['id']}")
    assert seen.body == appointment
    assert start not in patient.finds_starts(**{"from": monday.date()})


def test_held_slot_is_exclusive(practice: Practice, patient: Patient) -> None:
    other, nine = Patient(practice), next_monday(9)
    assert patient.holds(nine).status == 201

    refused = other.holds(next_monday(9, 15))

    assert (refused.status, refused.code) == (409, "SLOT_TAKEN"), refused.body
    assert refused["alternatives"][0]["start"] == next_monday(9, 30).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert patient.email not in str(refused.body)
    assert patient.releases_hold().status == 200
    assert other.holds(nine).status == 201


def test_patient_reschedules_and_cancels(practice: Practice, patient: Patient) -> None:
    patient.holds_and_books(next_monday(9))

    moved = patient.reschedules(next_monday(9, 15))

    assert (moved.status, moved["appointment"]["version"]) == (200, 2), moved.body
    assert patient.calendar_file().status == 200
    assert Patient(practice).holds(next_monday(9, 30)).code == "SLOT_TAKEN"
    assert patient.cancels(reason="Better again").status == 200
    assert patient.cancels().status == 200
    assert patient.reschedules(next_monday(11)).code == "TOO_LATE"
    assert Patient(practice).holds(next_monday(9, 30)).status == 201


def test_repeated_booking_gets_the_same_response(patient: Patient) -> None:
    patient.holds(next_monday(9))
    first, again = (patient.books("key-1") for _ in range(2))

    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    other = patient.books("key-1", notes="Another")
    assert (other.status, other.code) == (422, "VALIDATION")
    assert patient.books("key-2").code == "HOLD_EXPIRED"
