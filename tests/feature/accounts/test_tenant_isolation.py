"""No id or token of one tenant reaches another tenant."""

import pytest

from chalicelib.core.clock import rfc3339
from tests.app_client.patient import Patient, next_monday, sets_working_hours
from tests.app_client.practice import Practice, send
from tests.app_client.response import Response
from tests.feature.schedule_builders import creates_appointment

NINE = next_monday(9)


@pytest.fixture
def elsewhere() -> Patient:
    """Return a patient of another practice."""
    return Patient(sets_working_hours(Practice("Elsewhere")))


def rejected_fields(answer: Response) -> list[str]:
    """Return the rejected fields."""
    assert (answer.status, answer.code) == (422, "VALIDATION"), answer.body
    return sorted(fault["field"] for fault in answer["errors"])


def test_same_time_is_bookable_in_both_tenants(patient: Patient, elsewhere: Patient) -> None:
    assert patient.holds_and_books(NINE)["startsAt"] == elsewhere.holds_and_books(NINE)["startsAt"]


def test_search_with_foreign_ids_is_rejected(patient: Patient, elsewhere: Patient) -> None:
    practice = elsewhere.practice

    assert rejected_fields(patient.searches(serviceId=practice.service_id)) == ["serviceId"]
    assert rejected_fields(patient.searches(doctorIds=practice.doctor_id)) == ["doctorIds"]
    path = f"/availability?serviceId={practice.service_id}&doctorIds={practice.doctor_id}"
    assert rejected_fields(patient.practice.admin.get(path)) == ["doctorIds", "serviceId"]


def test_hold_and_reschedule_with_foreign_ids_are_rejected(patient: Patient, elsewhere: Patient) -> None:
    practice = elsewhere.practice

    assert rejected_fields(patient.holds(NINE, doctorId=practice.doctor_id)) == ["doctorId"]
    assert rejected_fields(patient.holds(NINE, serviceId=practice.service_id)) == ["serviceId"]
    patient.holds_and_books(NINE)
    assert rejected_fields(patient.reschedules(NINE, doctorId=practice.doctor_id)) == ["doctorId"]


def test_foreign_hold_is_not_found(patient: Patient, elsewhere: Patient) -> None:
    patient.holds(NINE)
    elsewhere.hold_id, elsewhere.hold_token = patient.hold_id, patient.hold_token

    assert (elsewhere.books().status, elsewhere.releases_hold().status) == (404, 404)

    assert patient.books().status == 201


def test_idempotency_key_is_bound_to_tenant(patient: Patient, elsewhere: Patient) -> None:
    patient.holds(NINE)
    elsewhere.holds(NINE)

    first, second = patient.books("key"), elsewhere.books("key")

    assert (first.status, second.status) == (201, 201)
    assert first["appointment"]["id"] != second["appointment"]["id"]


def test_foreign_doctors_schedule_is_not_found(patient: Patient, elsewhere: Patient) -> None:
    within = f"from={rfc3339(NINE)}&to={rfc3339(next_monday(10))}"

    seen = patient.practice.admin.get(f"/doctors/{elsewhere.practice.doctor_id}/schedule?{within}")

    assert (seen.status, seen.code) == (404, "NOT_FOUND")


def test_appointment_with_foreign_ids_is_rejected(patient: Patient, elsewhere: Patient) -> None:
    ours, theirs = patient.practice, elsewhere.practice
    admin, appointment = ours.admin, creates_appointment(ours.admin, ours, NINE)["id"]
    admin.acquires(appointment)

    for field, other in (("doctorId", theirs.doctor_id), ("serviceId", theirs.service_id)):
        assert rejected_fields(creates_appointment(admin, ours, NINE, **{field: other})) == [field]
        assert rejected_fields(admin.saves(appointment, 1, **{field: other})) == [field]
    assert theirs.admin.get(f"/appointments/{appointment}").status == 404


def test_foreign_doctors_feed_is_not_found(patient: Patient, elsewhere: Patient) -> None:
    doctor = elsewhere.practice.doctor_id
    token = elsewhere.practice.admin.post(f"/doctors/{doctor}/feed")["token"]

    assert patient.practice.admin.post(f"/doctors/{doctor}/feed").status == 404
    patient.practice.admin.delete(f"/doctors/{doctor}/feed")

    assert send("GET", f"/feeds/{token}").status == 200, "the other tenant's feed stays"
    assert (
        send("GET", f"/feeds/{token.replace(elsewhere.practice.tenant.id, patient.practice.tenant.id)}").status
        == 404
    )


def test_export_and_import_stay_in_tenant(patient: Patient, elsewhere: Patient) -> None:
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


def test_schedule_with_foreign_ids_is_rejected(patient: Patient, elsewhere: Patient) -> None:
    admin, theirs = patient.practice.admin, elsewhere.practice
    room = theirs.admin.post("/resources", {"name": "Room 1"})["id"]

    assert rejected_fields(
        admin.patch(f"/doctors/{patient.practice.doctor_id}", {"serviceIds": [theirs.service_id]})
    )
    assert rejected_fields(admin.patch(f"/services/{patient.practice.service_id}", {"needs": [{"anyOf": [room]}]}))
    assert admin.patch(f"/resources/{room}", {"name": "Mine"}).status == 404
    assert admin.patch(f"/doctors/{theirs.doctor_id}", {"name": "Mine"}).status == 404
    assert admin.delete(f"/services/{theirs.service_id}").status == 404


def test_manage_token_gives_no_member_access(patient: Patient) -> None:
    paths = (
        "/appointments",
        "/doctors",
        "/booking-rules",
        f"/availability?serviceId={patient.practice.service_id}",
    )

    for path in paths:
        assert send("GET", path, headers={"Authorization": f"Bearer {patient.manage_token}"}).status == 401
