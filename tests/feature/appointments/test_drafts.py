"""Drafts over HTTP: stored for their author alone, without a lock."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib.appointments.model.draft import DraftFields
from chalicelib.appointments.service import drafts
from chalicelib.core.dynamodb import keys
from chalicelib.core.settings import settings
from tests.app_client.aws import REGION
from tests.app_client.member import Member
from tests.app_client.practice import Practice, send
from tests.app_client.response import Response
from tests.feature.locking.test_locks import held_since


def test_draft_is_stored_and_returned(alice: Member, appointment: str) -> None:
    kept = alice.keeps_draft(appointment, 1, title="Kn", patient={"email": "ana@"}, startsAt="tomor")

    fields = {"title": "Kn", "patient": {"email": "ana@"}, "startsAt": "tomor"}
    assert kept.status == 200
    assert kept.body == {"baseVersion": 1, "fields": fields, "updatedAt": kept["updatedAt"]}
    draft = alice.draft(appointment)
    assert draft.status == 200
    assert {**draft.body, "comparison": None} == {**kept.body, "currentVersion": 1, "comparison": None}


def test_draft_is_the_last_text(alice: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, title="K", notes="n")
    alice.keeps_draft(appointment, 1, title="Kn")

    assert alice.draft(appointment)["fields"] == {"title": "Kn"}


@pytest.mark.parametrize("there_is_one", [False, True])
def test_draft_with_unknown_base_version_is_refused(
    alice: Member, appointment: str, *, there_is_one: bool
) -> None:
    if there_is_one:
        alice.keeps_draft(appointment, 1, title="mine")

    refused = alice.keeps_draft(appointment, 2, title="x")

    assert (refused.status, refused.code) == (422, "VALIDATION")
    message = "must be a version of the appointment, which is at 1"
    assert refused["errors"] == [{"field": "baseVersion", "message": message}]
    assert alice.draft(appointment).status == (200 if there_is_one else 404)


BAD_DRAFTS: list[tuple[dict[str, Any], str]] = [
    ({"baseVersion": 0, "fields": {}}, "baseVersion"),
    ({"baseVersion": "1", "fields": {}}, "baseVersion"),
    ({"fields": {}}, "baseVersion"),
    ({"baseVersion": 1}, "fields"),
    ({"baseVersion": 1, "fields": {}, "updatedAt": ""}, "updatedAt"),
    ({"baseVersion": 1, "fields": {"colour": "red"}}, "fields.colour"),
    ({"baseVersion": 1, "fields": {"version": 1}}, "fields.version"),
    ({"baseVersion": 1, "fields": {"patient": {"age": "7"}}}, "fields.patient.age"),
    ({"baseVersion": 1, "fields": {"patient": "Ana"}}, "fields.patient"),
    ({"baseVersion": 1, "fields": {"patient": {"email": "x" * 255}}}, "fields.patient.email"),
    ({"baseVersion": 1, "fields": {"title": "x" * 201}}, "fields.title"),
    ({"baseVersion": 1, "fields": {"notes": "x" * 10_001}}, "fields.notes"),
    ({"baseVersion": 1, "fields": {"startsAt": "x" * 65}}, "fields.startsAt"),
    ({"baseVersion": 1, "fields": {"title": 7}}, "fields.title"),
    ({"baseVersion": 1, "fields": {"status": "maybe"}}, "fields.status"),
]


@pytest.mark.parametrize(("body", "field"), BAD_DRAFTS)
def test_invalid_draft_is_explained(alice: Member, appointment: str, body: dict[str, Any], field: str) -> None:
    refused = alice.put(f"/appointments/{appointment}/draft", body)

    assert (refused.status, refused.code) == (422, "VALIDATION")
    assert [fault["field"] for fault in refused["errors"]] == [field]
    assert alice.draft(appointment).status == 404


def test_draft_fields_have_the_lengths_of_a_save(alice: Member, appointment: str) -> None:
    longest = {"title": "é" * 200, "notes": "é" * 10_000, "patient": {"name": "é" * 200}}

    assert alice.keeps_draft(appointment, 1, **longest).status == 200
    assert alice.draft(appointment)["fields"] == longest
    assert alice.keeps_draft(appointment, 1, notes="x" * 65_536).code == "PAYLOAD_TOO_LARGE"


def test_draft_is_visible_to_its_author_only(
    practice: Practice, alice: Member, bob: Member, appointment: str
) -> None:
    alice.keeps_draft(appointment, 1, title="Alice's")
    for other in (bob, practice.admin):
        assert (other.draft(appointment).status, other.draft(appointment).code) == (404, "NOT_FOUND")

    bob.keeps_draft(appointment, 1, title="Bob's")
    bob.discards_draft(appointment)

    assert alice.draft(appointment)["fields"] == {"title": "Alice's"}
    assert alice.in_another_tab().draft(appointment).status == 200, "of one member, in whatever tab"


def test_draft_can_be_discarded_twice(alice: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, title="x")

    for _ in range(2):
        discarded = alice.discards_draft(appointment)
        assert (discarded.status, discarded.body) == (200, {"appointmentId": appointment, "draft": None})
    assert alice.draft(appointment).status == 404


def _save(member: Member, appointment: str) -> Response:
    return member.saves(appointment, 2, notes="y")


def _cancel(member: Member, appointment: str) -> Response:
    return member.cancels(appointment, 2)


def _restore(member: Member, appointment: str) -> Response:
    return member.restores(appointment, 1, 2)


def test_save_deletes_draft_of_its_author_only(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Knee")
    alice.keeps_draft(appointment, 2, notes="y")
    bob.keeps_draft(appointment, 2, notes="z")

    assert _save(alice, appointment).status == 200

    assert alice.draft(appointment).status == 404
    assert bob.draft(appointment)["fields"] == {"notes": "z"}


@pytest.mark.parametrize("write", [_cancel, _restore])
def test_cancel_and_restore_keep_the_draft(alice: Member, appointment: str, write: Any) -> None:
    alice.acquires(appointment)
    alice.saves(appointment, 1, title="Knee")
    alice.keeps_draft(appointment, 2, notes="y")

    assert write(alice, appointment).status == 200

    assert alice.draft(appointment)["fields"] == {"notes": "y"}


@pytest.mark.parametrize("write", [_save, _cancel, _restore])
def test_refused_save_keeps_the_draft(alice: Member, appointment: str, write: Any) -> None:
    held_since(alice, appointment, seconds_ago=301)
    alice.keeps_draft(appointment, 1, title="x")

    assert write(alice, appointment).status == 409

    assert alice.draft(appointment)["fields"] == {"title": "x"}


def test_draft_changes_nothing_for_others(alice: Member, bob: Member, appointment: str) -> None:
    before = bob.get(f"/appointments/{appointment}").body
    alice.acquires(appointment)
    locked = bob.status(appointment)["version"]

    alice.keeps_draft(appointment, 1, title="x")

    assert bob.get(f"/appointments/{appointment}").body == before
    assert bob.status(appointment)["version"] == locked


def test_draft_expires_after_a_month(alice: Member, appointment: str) -> None:
    def cleared_at() -> datetime:
        table = boto3.resource("dynamodb", REGION).Table(settings().table_name)
        key = {
            "pk": keys.AppointmentKey(alice.tenant_id, appointment).partition,
            "sk": keys.DraftKey(alice.tenant_id, appointment, alice.member_id).sort,
        }
        item: dict[str, Any] = table.get_item(Key=key)["Item"]
        return datetime.fromtimestamp(int(item["ttl"]), UTC)

    long_ago = datetime.now(UTC) - timedelta(days=20)
    drafts.save_draft(alice.principal, appointment, 1, DraftFields(title="x"), clock=lambda: long_ago)
    assert abs(cleared_at() - long_ago - timedelta(days=30)) <= timedelta(seconds=1)

    alice.keeps_draft(appointment, 1, title="y")
    assert cleared_at() > datetime.now(UTC) + timedelta(days=29)


def test_has_draft_is_true_for_its_author(alice: Member, bob: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, title="x")

    assert drafts.has_draft(alice.tenant_id, appointment, alice.member_id)
    assert not drafts.has_draft(bob.tenant_id, appointment, bob.member_id)


def test_draft_by_other_tenant_is_not_found(alice: Member, appointment: str) -> None:
    alice.keeps_draft(appointment, 1, title="x")
    stranger = Practice("Elsewhere").admin

    for foreign in (appointment, "nothing"):
        for answer in (
            stranger.keeps_draft(foreign, 1, title="y"),
            stranger.draft(foreign),
            stranger.discards_draft(foreign),
        ):
            assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert alice.draft(appointment)["fields"] == {"title": "x"}


def test_draft_requires_sign_in(appointment: str) -> None:
    path = f"/appointments/{appointment}/draft"

    for method in ("GET", "PUT", "DELETE"):
        assert send(method, path, raw=json.dumps({"baseVersion": 1, "fields": {}}).encode()).status == 401
