"""An admin's overrides of locks, and moving an own lock."""

import pytest

from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream


def test_takeover_notifies_former_holder_with_reason(
    practice: Practice, alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    alice.acquires(appointment)
    stream.pump()
    loser, watcher = alice.connects(), bob.connects()
    loser.subscribes(appointment)
    watcher.subscribes(appointment)

    answer = practice.admin.takes_over(appointment, reason="The patient is here")
    stream.pump()

    assert answer.status == 200
    assert answer["lock"]["userId"] == practice.admin.member_id
    takeover, acquired = loser.updates
    assert takeover["type"] == "admin-takeover"
    assert (takeover["reason"], takeover["draftKept"]) == ("The patient is here", False)
    assert takeover["adminInfo"]["userInfo"]["name"] == "Dana"
    assert (acquired["type"], acquired["cause"]) == ("lock-acquired", "taken_over")
    assert [frame["type"] for frame in watcher.updates] == ["lock-acquired"]
    assert watcher.updates[0]["by"]["userId"] == practice.admin.member_id
    assert "lockId" not in watcher.updates[0]["lock"]
    assert alice.saves(appointment, 1, title="too late").code == "LOCK_LOST"
    assert practice.admin.saves(appointment, 1, title="in time").status == 200


def test_takeover_reports_kept_draft(practice: Practice, alice: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    alice.put(f"/appointments/{appointment}/draft", {"baseVersion": 1, "fields": {"notes": "half a sen"}})
    stream.pump()
    loser = alice.connects()
    loser.subscribes(appointment)

    practice.admin.takes_over(appointment)
    stream.pump()

    assert loser.updates[0]["draftKept"] is True


def test_one_of_two_concurrent_takeovers_succeeds(practice: Practice, alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    seen = practice.admin.status(appointment)["version"]

    first = practice.admin.takes_over(appointment, expectedVersion=seen)
    second = practice.admin.in_another_tab().takes_over(appointment, expectedVersion=seen)

    assert first.status == 200
    assert (second.status, second.code) == (409, "VERSION_MISMATCH")
    assert second["current"]["version"] == first["lock"]["version"]


def test_force_release_frees_the_lock(practice: Practice, alice: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    stream.pump()
    loser = alice.connects()
    loser.subscribes(appointment)

    answer = practice.admin.force_releases(appointment, reason="Gone home")
    stream.pump()

    assert (answer.status, answer["lock"]) == (200, None)
    (frame,) = loser.updates
    assert (frame["type"], frame["cause"], frame["reason"]) == ("lock-released", "force_released", "Gone home")
    assert practice.admin.status(appointment)["state"] == "unlocked"
    assert alice.renews(appointment).code == "LOCK_LOST"


@pytest.mark.parametrize("action", ["takes_over", "force_releases"])
def test_override_by_staff_is_forbidden(alice: Member, bob: Member, appointment: str, action: str) -> None:
    alice.acquires(appointment)

    refused = getattr(bob, action)(appointment)

    assert (refused.status, refused.code) == (403, "FORBIDDEN")
    assert alice.renews(appointment).status == 200


@pytest.mark.parametrize("action", ["takes_over", "force_releases"])
def test_override_requires_lock_reason_and_version(
    practice: Practice, alice: Member, appointment: str, action: str
) -> None:
    act = getattr(practice.admin, action)
    assert act(appointment).code == "NOT_LOCKED"
    alice.acquires(appointment)
    assert act(appointment, reason="").status == 422
    assert act(appointment, expectedVersion=None).status == 422
    assert act(appointment, expectedVersion=1).code == "VERSION_MISMATCH"
    assert alice.renews(appointment).status == 200


def test_takeover_keeps_the_waitlist(practice: Practice, alice: Member, bob: Member, appointment: str) -> None:
    alice.acquires(appointment)
    bob.requests_control(appointment)

    assert practice.admin.takes_over(appointment).status == 200

    assert practice.admin.status(appointment)["lock"]["controlRequest"]["userId"] == bob.member_id


def test_move_transfers_lock_between_own_tabs(alice: Member, appointment: str, stream: Stream) -> None:
    alice.acquires(appointment)
    stream.pump()
    old = alice.connects()
    old.subscribes(appointment)
    other = alice.in_another_tab()

    moved = other.moves_lock(appointment)
    stream.pump()

    assert moved.status == 200
    assert moved["lock"]["sessionId"] == other.tab_id
    (frame,) = old.updates
    assert (frame["type"], frame["cause"]) == ("lock-acquired", "moved")
    assert {"lockId", "sessionId"}.isdisjoint(frame["lock"])
    assert alice.saves(appointment, 1, title="from the old tab").code == "LOCK_LOST"
    assert other.saves(appointment, 1, title="from the new tab").status == 200


def test_move_of_other_members_lock_is_refused(alice: Member, bob: Member, appointment: str) -> None:
    assert bob.moves_lock(appointment).code == "NOT_LOCKED"
    alice.acquires(appointment)
    refused = bob.moves_lock(appointment)
    assert (refused.code, refused["sameUser"]) == ("LOCKED", False)


@pytest.mark.parametrize(
    "action",
    ["moves_lock", "takes_over", "force_releases", "requests_control", "withdraws_request", "grants", "denies"],
)
def test_override_in_other_tenant_is_not_found(appointment: str, action: str) -> None:
    stranger = Practice("Harbour Dental").admin
    details = {"expectedVersion": 1} if action in ("takes_over", "force_releases") else {}

    refused = getattr(stranger, action)(appointment, **details)

    assert refused.status == 404
