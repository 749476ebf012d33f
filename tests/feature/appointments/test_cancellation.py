"""Cancellation by members."""

import pytest

from tests.app_client.member import Member
from tests.app_client.practice import Practice


def test_cancel_by_holder_succeeds(alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)

    cancelled = alice.cancels(appointment, 1, reason="The patient is ill")

    assert cancelled.status == 200
    assert cancelled.body | {"updatedAt": ""} == {
        "id": appointment,
        "version": 2,
        "updatedAt": "",
        "updatedBy": {"userId": alice.member_id, "name": "Alice"},
        "status": "cancelled",
    }
    assert bob.get(f"/appointments/{appointment}")["status"] == "cancelled"
    newest = bob.revisions(appointment)["items"][0]
    assert newest["reason"] == "The patient is ill"
    assert newest["changes"] == {"status": {"from": "confirmed", "to": "cancelled"}}


def test_cancelled_appointment_cannot_be_cancelled_again(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.cancels(appointment, 1)

    again = alice.cancels(appointment, 2)
    assert (again.status, again.code) == (422, "VALIDATION")
    assert again["errors"] == [{"field": "status", "message": "is cancelled already"}]

    repeated = alice.cancels(appointment, 1)
    assert (repeated.code, repeated["current"]["status"]) == ("VERSION_MISMATCH", "cancelled")
    assert len(alice.revisions(appointment)["items"]) == 2


def test_cancel_without_lock_is_refused(alice: Member, bob: Member, appointment: str) -> None:
    path = f"/appointments/{appointment}/cancel"
    assert bob.post(path, {"version": 1}).code == "LOCK_REQUIRED"
    alice.acquires(appointment)

    refused = bob.cancels(appointment, 1)

    assert (refused.status, refused.code) == (409, "LOCK_LOST")
    assert refused["lock"]["userInfo"]["name"] == "Alice"
    assert bob.get(f"/appointments/{appointment}")["status"] == "confirmed"


@pytest.mark.parametrize("reason", ["", "x" * 501, 7])
def test_cancel_reason_is_text_or_absent(alice: Member, appointment: str, reason: object) -> None:
    alice.acquires(appointment)

    refused = alice.cancels(appointment, 1, reason=reason)

    assert (refused.status, refused["errors"][0]["field"]) == (422, "reason")


def test_cancel_by_other_tenant_is_not_found(appointment: str) -> None:
    stranger = Practice("Elsewhere").admin

    assert stranger.cancels(appointment, 1).status == 404
    assert stranger.post(f"/appointments/{appointment}/cancel", {"version": 1}).status == 404
