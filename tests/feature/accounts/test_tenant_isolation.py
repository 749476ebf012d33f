"""One practice reaches nothing of another: neither its members nor its patients, by whatever id or token."""

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.patient import Patient, next_monday, sets_working_hours
from tests.app_client.practice import Practice, send
from tests.app_client.response import Response
from tests.feature.schedule_builders import creates_appointment

NINE = next_monday(9)


@pytest.fixture
def elsewhere() -> Patient:
    """A patient of another practice."""
    return Patient(sets_working_hours(Practice("Elsewhere")))


def faulty(answer: Response) -> list[str]:
    """What did not fit."""
    assert (answer.status, answer.code) == (422, "VALIDATION"), answer.body
    return sorted(fault["field"] for fault in answer["errors"])


def test_the_same_time_can_be_had_in_both(patient: Patient, elsewhere: Patient) -> None:
    assert patient.holds_and_books(NINE)["startsAt"] == elsewhere.holds_and_books(NINE)["startsAt"]


def test_neither_doctors_nor_services_of_another_can_be_searched(patient: Patient, elsewhere: Patient) -> None:
    practice = elsewhere.practice

    assert faulty(patient.searches(serviceId=practice.service_id)) == ["serviceId"]
    assert faulty(patient.searches(doctorIds=practice.doctor_id)) == ["doctorIds"]
    path = f"/availability?serviceId={practice.service_id}&doctorIds={practice.doctor_id}"
    assert faulty(patient.practice.admin.get(path)) == ["doctorIds", "serviceId"]


def test_nothing_of_another_can_be_held_or_moved_to(patient: Patient, elsewhere: Patient) -> None:
    practice = elsewhere.practice

    assert faulty(patient.holds(NINE, doctorId=practice.doctor_id)) == ["doctorId"]
    assert faulty(patient.holds(NINE, serviceId=practice.service_id)) == ["serviceId"]
    patient.holds_and_books(NINE)
    assert faulty(patient.reschedules(NINE, doctorId=practice.doctor_id)) == ["doctorId"]


def test_a_hold_is_nothing_to_another_practice(patient: Patient, elsewhere: Patient) -> None:
    patient.holds(NINE)
    elsewhere.hold_id, elsewhere.hold_token = patient.hold_id, patient.hold_token

    assert (elsewhere.books().status, elsewhere.releases_hold().status) == (404, 404)

    assert patient.books().status == 201


def test_a_key_is_each_practices_own(patient: Patient, elsewhere: Patient) -> None:
    patient.holds(NINE)
    elsewhere.holds(NINE)

    first, second = patient.books("key"), elsewhere.books("key")

    assert (first.status, second.status) == (201, 201)
    assert first["appointment"]["id"] != second["appointment"]["id"]


def test_a_calendar_of_another_is_not_there(patient: Patient, elsewhere: Patient) -> None:
    within = f"from={rfc3339(NINE)}&to={rfc3339(next_monday(10))}"

    seen = patient.practice.admin.get(f"/doctors/{elsewhere.practice.doctor_id}/schedule?{within}")

    assert (seen.status, seen.code) == (404, "NOT_FOUND")


def test_staff_cannot_enter_or_save_anything_of_another(patient: Patient, elsewhere: Patient) -> None:
    ours, theirs = patient.practice, elsewhere.practice
    admin, appointment = ours.admin, creates_appointment(ours.admin, ours, NINE)["id"]
    admin.acquires(appointment)

    for field, other in (("doctorId", theirs.doctor_id), ("serviceId", theirs.service_id)):
        assert faulty(creates_appointment(admin, ours, NINE, **{field: other})) == [field]
        assert faulty(admin.saves(appointment, 1, **{field: other})) == [field]
    assert theirs.admin.get(f"/appointments/{appointment}").status == 404


def test_a_doctor_of_another_has_no_secret_address_to_give(patient: Patient, elsewhere: Patient) -> None:
    doctor = elsewhere.practice.doctor_id
    token = elsewhere.practice.admin.post(f"/doctors/{doctor}/feed")["token"]

    assert patient.practice.admin.post(f"/doctors/{doctor}/feed").status == 404
    patient.practice.admin.delete(f"/doctors/{doctor}/feed")

    assert send("GET", f"/feeds/{token}").status == 200, "theirs goes on"
    assert (
        send("GET", f"/feeds/{token.replace(elsewhere.practice.tenant.id, patient.practice.tenant.id)}").status
        == 404
    )


def test_nothing_is_exported_from_another_or_imported_into_it(patient: Patient, elsewhere: Patient) -> None:
    within = f"from={rfc3339(NINE)}&to={rfc3339(next_monday(10))}"
    elsewhere.holds_and_books(NINE)
    theirs = elsewhere.practice.admin.get(f"/appointments-export?{within}").body
    admin = patient.practice.admin

    sent = admin.post("/appointments-import", {"csv": theirs})

    assert elsewhere.email in theirs
    assert elsewhere.email not in admin.get(f"/appointments-export?{within}").body
    assert sent["imported"] == 0, sent.body
    assert sorted(fault["field"] for fault in sent["faults"]) == ["doctorId", "serviceId"]
    assert len(elsewhere.practice.admin.get("/appointments")["items"]) == 1


def test_a_practice_is_furnished_with_its_own(patient: Patient, elsewhere: Patient) -> None:
    admin, theirs = patient.practice.admin, elsewhere.practice
    room = theirs.admin.post("/resources", {"name": "Room 1"})["id"]

    assert faulty(admin.patch(f"/doctors/{patient.practice.doctor_id}", {"serviceIds": [theirs.service_id]}))
    assert faulty(admin.patch(f"/services/{patient.practice.service_id}", {"needs": [{"anyOf": [room]}]}))
    assert admin.patch(f"/resources/{room}", {"name": "Mine"}).status == 404
    assert admin.patch(f"/doctors/{theirs.doctor_id}", {"name": "Mine"}).status == 404
    assert admin.delete(f"/services/{theirs.service_id}").status == 404


def test_who_has_no_account_is_a_patient_and_no_more(patient: Patient) -> None:
    paths = (
        "/appointments",
        "/doctors",
        "/booking-rules",
        f"/availability?serviceId={patient.practice.service_id}",
    )

    for path in paths:
        assert send("GET", path, headers={"Authorization": f"Bearer {patient.manage_token}"}).status == 401
