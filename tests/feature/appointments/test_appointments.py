"""Appointments over HTTP: create, read, and save behind the fence of the lock."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.appointments.store.items import RevisionItem
from chalicelib.core.dynamodb import keys
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.feature.locking.test_locks import held_since


def revisions(member: Member, appointment: str) -> list[RevisionItem]:
    partition = keys.AppointmentKey(member.tenant_id, appointment).partition
    return list(RevisionItem.query(partition, RevisionItem.sk.startswith("REVISION#")))


def test_created_appointment_has_its_fields(practice: Practice) -> None:
    form = practice.appointment_form(startsAt="2026-03-02T10:00:00+01:00", notes="Window seat")

    created = practice.admin.post("/appointments", form)

    assert created.status == 201
    assert created["startsAt"] == "2026-03-02T09:00:00Z"
    assert created["endsAt"] == "2026-03-02T09:30:00Z", "as long as its service"
    assert created["timeZone"] == "Europe/Lisbon", "the doctor's"
    assert created["title"] == "Check-up", "the service's"
    assert created["version"] == 1
    assert created["updatedBy"] == {"userId": practice.admin.member_id, "name": "Dana"}
    assert practice.admin.get(f"/appointments/{created['id']}").body == created.body


def test_save_by_holder_succeeds(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)

    saved = alice.saves(appointment, 1, notes="Call before", status="pending")

    assert saved.status == 200
    assert saved.body | {"updatedAt": ""} == {
        "id": appointment,
        "version": 2,
        "updatedAt": "",
        "updatedBy": {"userId": alice.member_id, "name": "Alice"},
        "notes": "Call before",
        "status": "pending",
    }
    seen = bob.get(f"/appointments/{appointment}")
    assert (seen["notes"], seen["status"], seen["version"]) == ("Call before", "pending", 2)
    assert seen["title"] == "Check-up", "what was not sent stays"


def test_save_writes_a_revision(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Knee")

    first, second = revisions(alice, appointment)

    assert first.version == 1
    assert set(first.changes.as_dict()) == {
        "doctorId", "serviceId", "patient", "startsAt", "endsAt", "timeZone", "status", "title", "notes",
    }  # fmt: skip
    assert (second.version, second.changes.as_dict()) == (2, {"title": "Knee"})
    assert second.saved_by.as_dict() == {"userId": alice.member_id, "name": "Alice"}


def test_save_without_lock_is_refused(alice: Member, appointment: str) -> None:
    refused = alice.put(f"/appointments/{appointment}", {"version": 1, "title": "x"})

    assert (refused.status, refused.code) == (409, "LOCK_REQUIRED")


def test_save_with_unknown_lock_is_refused(alice: Member, appointment: str) -> None:
    refused = alice.put(f"/appointments/{appointment}", {"version": 1, "lockId": "made-up", "title": "x"})

    assert (refused.status, refused.code, refused["lock"]) == (409, "LOCK_LOST", None)
    assert len(revisions(alice, appointment)) == 1


def test_save_after_takeover_is_refused(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)
    bob.acquires(appointment)
    bob.saves(appointment, 1, title="Bob's")

    refused = alice.saves(appointment, 1, title="Alice's")

    assert (refused.status, refused.code) == (409, "LOCK_LOST")
    assert refused["lock"]["userInfo"]["name"] == "Bob"
    assert alice.get(f"/appointments/{appointment}")["title"] == "Bob's"


def test_save_with_expired_lock_is_refused(alice: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)

    assert alice.saves(appointment, 1, title="x").code == "LOCK_LOST"


def test_save_with_other_members_lock_is_refused(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    bob.lock_id = alice.lock_id

    assert bob.saves(appointment, 1, title="x").code == "LOCK_LOST"


def test_save_at_old_version_returns_current_record(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="first")

    refused = alice.saves(appointment, 1, title="second")

    assert (refused.status, refused.code) == (409, "VERSION_MISMATCH")
    assert (refused["current"]["version"], refused["current"]["title"]) == (2, "first")


@pytest.mark.parametrize("field", ["startsAt", "endsAt"])
def test_save_must_end_after_it_starts(alice: Member, appointment: str, field: str) -> None:
    alice.acquires(appointment)
    shift = timedelta(days=30 if field == "startsAt" else -30)

    refused = alice.saves(appointment, 1, **{field: (datetime.now(UTC) + shift).isoformat()})

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert refused["errors"] == [{"field": "endsAt", "message": "must be later than startsAt"}]


def test_moved_appointment_is_listed_at_its_new_time(practice: Practice, alice: Member) -> None:
    appointment = practice.creates_appointment(startsAt="2026-03-02T09:00:00Z")
    alice.acquires(appointment)
    alice.saves(appointment, 1, startsAt="2026-03-05T09:00:00Z", endsAt="2026-03-05T09:30:00Z")

    assert alice.get("/appointments?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z")["items"] == []
    (moved,) = alice.get("/appointments?from=2026-03-05T00:00:00Z&to=2026-03-06T00:00:00Z")["items"]
    assert moved["id"] == appointment


def test_save_names_every_error(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    patient = {"name": " ", "email": "nobody"}

    refused = alice.saves(appointment, 1, patient=patient, title=None, colour="red", status="gone")

    assert (refused.status, refused.code) == (422, "VALIDATION")
    faults = {fault["field"]: fault["message"] for fault in refused["errors"]}
    assert set(faults) == {"patient.name", "patient.email", "title", "colour", "status"}
    assert faults["colour"] == "is not a field of this request"
    assert faults["patient.email"] == "must be an email address"


def test_save_without_changes_is_refused(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)

    assert alice.saves(appointment, 1).code == "VALIDATION"


def test_save_with_unknown_doctor_or_service_is_refused(
    practice: Practice, alice: Member, appointment: str
) -> None:
    form = practice.appointment_form(doctorId="nobody", serviceId="nothing")
    refused = alice.post("/appointments", form)
    assert [fault["field"] for fault in refused["errors"]] == ["doctorId", "serviceId"]

    alice.acquires(appointment)
    assert alice.saves(appointment, 1, doctorId="nobody").code == "VALIDATION"


EDGES = ["9999-12-31T23:59:59-01:00", "9999-12-31T23:59:00Z", "0001-01-01T00:00:00+01:00", "1700000000", "today"]


@pytest.mark.parametrize("start", EDGES)
def test_impossible_instant_is_explained(practice: Practice, start: str) -> None:
    refused = practice.admin.post("/appointments", practice.appointment_form(startsAt=start))

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["field"] for fault in refused["errors"]] == ["startsAt"]
    assert practice.admin.get(f"/appointments?from={start.replace('+', '%2B')}").status == 422
