"""Revisions over HTTP: list and restore."""

import boto3
import pytest

from chalicelib.core.dynamodb import keys
from chalicelib.core.http.pagination import to_cursor
from chalicelib.core.settings import settings
from tests.app_client.aws import REGION
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.feature.locking.test_locks import held_since


@pytest.fixture
def edited(alice: Member, bob: Member, appointment: str) -> str:
    """Return an appointment at version 3: Alice changed its title and notes, then Bob its title again."""
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Knee", notes="Call before")
    alice.releases(appointment)
    bob.acquires(appointment)
    bob.saves(appointment, 2, title="Left knee")
    bob.releases(appointment)
    return appointment


def test_revisions_are_listed_newest_first(practice: Practice, alice: Member, bob: Member, edited: str) -> None:
    answer = alice.revisions(edited)

    assert (answer.status, answer["nextCursor"]) == (200, None)
    third, second, first = answer["items"]
    assert third["changes"] == {"title": {"from": "Knee", "to": "Left knee"}}
    assert third["savedBy"] == {"userId": bob.member_id, "name": "Bob"}
    assert second["changes"] == {
        "title": {"from": "Check-up", "to": "Knee"},
        "notes": {"from": "", "to": "Call before"},
    }
    assert (second["version"], second["savedBy"]["name"]) == (2, "Alice")
    assert (first["version"], first["savedBy"]["userId"]) == (1, practice.admin.member_id)
    assert first["changes"]["title"] == {"from": None, "to": "Check-up"}
    assert first["changes"]["patient"]["to"]["name"] == "Marta Nunes"
    assert "restoredFrom" not in third
    assert alice.get(f"/appointments/{edited}")["updatedAt"] == third["savedAt"]


def test_field_saved_unchanged_is_not_listed(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Check-up", notes="New")

    assert set(alice.revisions(appointment)["items"][0]["changes"]) == {"notes"}


def test_revision_pages_join(alice: Member, edited: str) -> None:
    whole = alice.revisions(edited)["items"]

    page, seen = alice.revisions(edited, "limit=1"), []
    while page["nextCursor"]:
        seen += page["items"]
        page = alice.revisions(edited, f"limit=1&cursor={page['nextCursor']}")
    seen += page["items"]

    assert seen == whole


@pytest.mark.parametrize("query", ["cursor=%21", "cursor=MQ", "cursor=LTE", "limit=0", "limit=101", "colour=red"])
def test_invalid_revision_query_is_explained(alice: Member, appointment: str, query: str) -> None:
    answer = alice.revisions(appointment, query)

    assert (answer.status, answer.code) == (422, "VALIDATION")


@pytest.mark.parametrize("position", ["1", "0", "-1", "first", "9" * 20])
def test_revision_cursor_without_older_saves_is_refused(alice: Member, appointment: str, position: str) -> None:
    list_id = f"{keys.AppointmentKey(alice.tenant_id, appointment).partition}#REVISIONS"

    answer = alice.revisions(appointment, f"cursor={to_cursor(list_id, position)}")

    assert (answer.status, answer.code) == (422, "VALIDATION")
    assert [error["field"] for error in answer["errors"]] == ["cursor"]


def test_restore_brings_fields_back(alice: Member, bob: Member, edited: str) -> None:
    alice.acquires(edited)

    restored = alice.restores(edited, 1, 3)

    assert restored.status == 200
    assert restored.body | {"updatedAt": ""} == {
        "id": edited,
        "version": 4,
        "updatedAt": "",
        "updatedBy": {"userId": alice.member_id, "name": "Alice"},
        "title": "Check-up",
        "notes": "",
    }
    seen = bob.get(f"/appointments/{edited}")
    assert (seen["title"], seen["notes"], seen["version"]) == ("Check-up", "", 4)


def test_restore_is_a_revision_of_its_own(alice: Member, edited: str) -> None:
    before = alice.revisions(edited)["items"]
    alice.acquires(edited)
    alice.restores(edited, 2, 3)

    newest, *others = alice.revisions(edited)["items"]

    assert (newest["version"], newest["restoredFrom"]) == (4, 2)
    assert newest["changes"] == {"title": {"from": "Left knee", "to": "Knee"}}
    assert others == before


def test_restore_includes_times_and_patient(alice: Member, practice: Practice) -> None:
    appointment = practice.creates_appointment(startsAt="2026-03-02T09:00:00Z")
    alice.acquires(appointment)
    patient = {"name": "Ana Dias", "email": "ana@patients.test", "phone": ""}
    alice.saves(appointment, 1, startsAt="2026-03-05T09:00:00Z", endsAt="2026-03-05T09:30:00Z", patient=patient)

    restored = alice.restores(appointment, 1, 2)

    assert (restored["startsAt"], restored["patient"]["name"]) == ("2026-03-02T09:00:00Z", "Marta Nunes")
    (listed,) = alice.get("/appointments?to=2026-03-03T00:00:00Z")["items"]
    assert listed["id"] == appointment, "and it is listed at its old time again"


def test_restore_reinstates_cancelled_appointment(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.cancels(appointment, 1)

    assert alice.restores(appointment, 1, 2)["status"] == "confirmed"


@pytest.mark.parametrize("revision", [3, 1])
def test_restore_without_changes_is_refused(alice: Member, edited: str, revision: int) -> None:
    alice.acquires(edited)
    version = 3
    if revision == 1:
        alice.restores(edited, 1, 3)
        version = 4

    refused = alice.restores(edited, revision, version)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    message = f"everything is as it was at version {revision} already"
    assert refused["errors"] == [{"field": "version", "message": message}]
    assert len(alice.revisions(edited)["items"]) == version


@pytest.mark.parametrize("revision", ["0", "4", "-1", "first", "9" * 20])
def test_restore_of_unknown_revision_is_not_found(alice: Member, edited: str, revision: str) -> None:
    alice.acquires(edited)

    refused = alice.restores(edited, revision, 3)

    assert (refused.status, refused.code) == (404, "NOT_FOUND")


def test_restore_without_lock_is_refused(alice: Member, edited: str) -> None:
    path = f"/appointments/{edited}/revisions/1/restore"

    assert alice.post(path, {"version": 3}).code == "LOCK_REQUIRED"
    assert alice.post(path, {"version": 3, "lockId": "made-up"}).code == "LOCK_LOST"
    assert len(alice.revisions(edited)["items"]) == 3


def test_restore_after_takeover_is_refused(alice: Member, bob: Member, edited: str) -> None:
    held_since(alice, edited, seconds_ago=301)
    bob.acquires(edited)
    bob.saves(edited, 3, title="Right knee")

    refused = alice.restores(edited, 1, 3)

    assert (refused.status, refused.code) == (409, "LOCK_LOST"), "not the version, which is another one too"
    assert refused["lock"]["userInfo"]["name"] == "Bob"


@pytest.mark.parametrize("version", [2, 4])
def test_restore_at_old_version_returns_current_record(alice: Member, edited: str, version: int) -> None:
    alice.acquires(edited)

    refused = alice.restores(edited, 1, version)

    assert (refused.status, refused.code) == (409, "VERSION_MISMATCH")
    assert refused["current"]["version"] == 3


def test_restore_with_removed_doctor_or_service_is_refused(
    practice: Practice, alice: Member, appointment: str
) -> None:
    service = practice.admin.post("/services", {"name": "X-ray", "durationMinutes": 15})["id"]
    doctor = {"name": "Dr. Reis", "timeZone": "Europe/Lisbon", "serviceIds": [service]}
    alice.acquires(appointment)
    alice.saves(appointment, 1, doctorId=practice.admin.post("/doctors", doctor)["id"], serviceId=service)
    table = boto3.resource("dynamodb", REGION).Table(settings().table_name)
    for key in (keys.doctor(practice.doctor_id), keys.service(practice.service_id)):
        table.delete_item(Key={"pk": keys.setup(alice.tenant_id), "sk": key})

    refused = alice.restores(appointment, 1, 2)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["field"] for fault in refused["errors"]] == ["doctorId", "serviceId"]


def test_revisions_of_other_tenant_are_not_found(edited: str) -> None:
    stranger = Practice("Elsewhere").admin

    for appointment in (edited, "nothing"):
        assert (stranger.revisions(appointment).status, stranger.revisions(appointment).code) == (404, "NOT_FOUND")
        assert stranger.restores(appointment, 1, 3).status == 404
        assert stranger.post(f"/appointments/{appointment}/revisions/1/restore", {"version": 3}).status == 404
