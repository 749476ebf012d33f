"""Drafts compared with their base version and the current record."""

from typing import Any

from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.response import Response
from tests.feature.locking.test_locks import held_since


def states(draft: Response) -> dict[str, str]:
    """Return the state of each field that somebody changed."""
    return {f["field"]: f["state"] for f in draft["comparison"] if f["state"] != "unchanged"}


def compared(draft: Response, name: str) -> dict[str, Any]:
    """One field of the comparison."""
    (field,) = [field for field in draft["comparison"] if field["field"] == name]
    return {side: field[side] for side in ("base", "theirs", "mine", "state")}


def test_comparison_covers_every_form_field(alice: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1)

    record = alice.get(f"/appointments/{appointment}")
    comparison = alice.draft(appointment)["comparison"]

    assert {field["field"]: field["theirs"] for field in comparison} == {
        name: record[name]
        for name in ("doctorId", "serviceId", "startsAt", "endsAt", "timeZone", "status", "title", "notes")
    } | {f"patient.{name}": text for name, text in record["patient"].items()}
    assert {(field["base"] == field["mine"] == field["theirs"], field["state"]) for field in comparison} == {
        (True, "unchanged")
    }


def test_field_changed_by_draft_alone_is_mine(alice: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, title="Kn", patient={"email": "ana@"}, startsAt="tomor")

    assert states(alice.draft(appointment)) == {"title": "mine", "patient.email": "mine", "startsAt": "mine"}


def test_draft_after_takeover_can_be_merged(alice: Member, bob: Member, appointment: str) -> None:
    held_since(alice, appointment, seconds_ago=301)
    bob.acquires(appointment)
    bob.saves(appointment, 1, title="Left knee", notes="Call before")
    assert alice.saves(appointment, 1, title="Knee", status="pending").code == "LOCK_LOST"

    assert alice.keeps_draft(appointment, 1, title="Knee", status="pending").status == 200

    draft = alice.draft(appointment)
    assert (draft["baseVersion"], draft["currentVersion"]) == (1, 2)
    assert states(draft) == {"title": "conflict", "status": "mine", "notes": "theirs"}
    assert compared(draft, "title") == {
        "base": "Check-up", "theirs": "Left knee", "mine": "Knee", "state": "conflict",
    }  # fmt: skip
    assert compared(draft, "notes")["mine"] == "", "what was not touched is as it was"


def test_patient_is_compared_field_by_field(alice: Member, bob: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, patient={"phone": "1", "name": "Marta Nunes"})
    bob.acquires(appointment)
    patient = {"name": "Marta Nunes", "email": "nunes@patients.test", "phone": "+351 210 000 000"}
    bob.saves(appointment, 1, patient=patient)

    assert states(alice.draft(appointment)) == {"patient.phone": "mine", "patient.email": "theirs"}


def test_comparison_base_is_the_record_at_that_version(alice: Member, bob: Member, appointment: str) -> None:
    bob.acquires(appointment)
    bob.saves(appointment, 1, title="second")
    alice.keeps_draft(appointment, 2, title="mine")
    bob.saves(appointment, 2, title="third")
    bob.saves(appointment, 3, title="fourth", notes="new")

    assert compared(alice.draft(appointment), "title") == {
        "base": "second", "theirs": "fourth", "mine": "mine", "state": "conflict",
    }  # fmt: skip


def test_same_instant_in_another_zone_is_unchanged(practice: Practice, alice: Member) -> None:
    appointment = practice.creates_appointment(startsAt="2026-03-02T09:00:00Z")

    alice.keeps_draft(appointment, 1, startsAt="2026-03-02T10:00:00+01:00")

    assert states(alice.draft(appointment)) == {}
    assert alice.draft(appointment)["fields"] == {"startsAt": "2026-03-02T10:00:00+01:00"}, "as it was typed"


def test_merged_draft_takes_the_newer_base_version(alice: Member, bob: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, title="mine")
    bob.acquires(appointment)
    bob.saves(appointment, 1, title="theirs")

    assert alice.keeps_draft(appointment, 2, title="mine and theirs").status == 200
    assert states(alice.draft(appointment)) == {"title": "mine"}
    assert alice.keeps_draft(appointment, 1, title="from a tab that slept").status == 200
    assert alice.draft(appointment)["baseVersion"] == 1


def test_draft_stored_after_its_save_has_no_changes(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Knee")

    alice.keeps_draft(appointment, 1, title="Knee")

    assert states(alice.draft(appointment)) == {"title": "same"}
