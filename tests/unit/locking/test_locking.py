"""The lock at each instant, as each member sees it."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.http.schema import to_json
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Lock, Locked, LockLost, LockRecord, Tab, UserInfo

SECRET = "tenant.a-secret-lock-id"
TAB = "the-holders-tab-0"
DEADLINE = datetime(2026, 1, 31, 9, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
ALICES_LOCK = Lock(
    appointment_id="a1",
    version=7,
    user_id="alice",
    user_info=UserInfo("Alice", "alice@practice.test"),
    acquired_at=DEADLINE - timedelta(minutes=5),
    renewed_at=DEADLINE - timedelta(minutes=5),
    expires_at=DEADLINE,
    lock_id=SECRET,
    session_id=TAB,
)
HELD = LockRecord("a1", 7, ALICES_LOCK, "acquired", DEADLINE - timedelta(minutes=5))
FREE = LockRecord("a1", 8, None, "released", DEADLINE)


def tab(user_id: str, session_id: str) -> Tab:
    return Tab(Principal("tenant", user_id, f"{user_id}@practice.test", user_id.title(), "staff"), session_id)


@pytest.mark.parametrize(
    ("record", "viewer", "now", "state"),
    [
        (FREE, "alice", DEADLINE, "unlocked"),
        (HELD, "alice", DEADLINE - TICK, "locked_by_user"),
        (HELD, "alice", DEADLINE, "locked_by_user"),
        (HELD, "alice", DEADLINE + TICK, "expired"),
        (HELD, "bob", DEADLINE - TICK, "locked_by_other"),
        (HELD, "bob", DEADLINE, "locked_by_other"),
        (HELD, "bob", DEADLINE + TICK, "expired"),
    ],
)
def test_state_at_the_edges_of_the_deadline(record: LockRecord, viewer: str, now: datetime, state: str) -> None:
    assert record.state_for(viewer, now) == state


@given(st.integers(-(10**9), 10**9), st.sampled_from(["alice", "bob"]))
def test_lease_is_live_exactly_in_locked_states(offset_ms: int, viewer: str) -> None:
    now = DEADLINE + offset_ms * TICK

    live = HELD.live_lock(now)

    assert (live is ALICES_LOCK) == (offset_ms <= 0)
    assert HELD.state_for(viewer, now).startswith("locked") == (live is not None)


def test_free_lock_has_no_lease() -> None:
    assert FREE.live_lock(DEADLINE) is None


@pytest.mark.parametrize(
    ("candidate", "is_holder"),
    [(tab("alice", TAB), True), (tab("alice", "another-tab-00000"), False), (tab("bob", TAB), False)],
    ids=["the tab", "another tab", "another member"],
)
def test_lock_is_held_by_one_tab_of_one_member(candidate: Tab, *, is_holder: bool) -> None:
    assert ALICES_LOCK.is_held_by(candidate) == is_holder


def test_owner_sees_every_field() -> None:
    assert ALICES_LOCK.redacted_for("alice") is ALICES_LOCK


def test_other_tab_of_owner_sees_no_lock_id() -> None:
    assert ALICES_LOCK.redacted_for("alice", TAB) is ALICES_LOCK
    assert ALICES_LOCK.redacted_for("alice", "another-tab-00000").lock_id is None


@given(st.text().filter(lambda name: name != "alice"), st.sampled_from([None, TAB]))
def test_other_members_see_no_owner_fields(viewer: str, session_id: str | None) -> None:
    seen = ALICES_LOCK.redacted_for(viewer, session_id)

    hidden = {f.name for f in fields(Lock) if getattr(seen, f.name) != getattr(ALICES_LOCK, f.name)}
    assert hidden == {"lock_id", "session_id"}
    assert {"lockId", "sessionId"}.isdisjoint(to_json(seen))


@given(st.none() | st.text() | st.just("alice"), st.text(min_size=1), st.text(min_size=1))
def test_refusals_to_others_contain_no_lock_id(viewer: str | None, holder: str, name: str) -> None:
    lock = replace(ALICES_LOCK, user_id=holder, user_info=UserInfo(name, "holder@practice.test"))

    lost = json.dumps(to_json(LockLost(lock, viewer).to_body()))
    assert (SECRET in lost) == (TAB in lost) == (holder == viewer)
    refused = json.dumps(to_json(Locked(lock, tab(viewer or "bob", "another-tab-00000")).to_body()))
    assert SECRET not in refused
    assert TAB not in refused


def test_lock_lost_without_token_omits_holder() -> None:
    body = to_json(LockLost(ALICES_LOCK, None).to_body())

    assert body["lock"] is None
    assert "Alice" not in json.dumps(body)


def test_locked_names_holder_and_deadline() -> None:
    body = to_json(Locked(ALICES_LOCK, tab("bob", "the-tab-of-bob-00")).to_body())

    assert (body["status"], body["code"], body["sameUser"]) == (409, "LOCKED", False)
    assert (body["lock"]["userId"], body["lock"]["expiresAt"]) == ("alice", "2026-01-31T09:00:00Z")
    assert "Alice" in body["detail"]


def test_locked_by_own_tab_mentions_other_tab() -> None:
    body = to_json(Locked(ALICES_LOCK, tab("alice", "another-tab-00000")).to_body())

    assert body["sameUser"] is True
    assert "another tab" in body["detail"]


def test_lock_lost_of_free_lock_has_no_holder() -> None:
    body = to_json(LockLost(None, "alice").to_body())

    assert (body["status"], body["code"], body["lock"]) == (409, "LOCK_LOST", None)
    assert "Nobody has it now" in body["detail"]
