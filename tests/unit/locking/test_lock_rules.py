"""The rules of a lease at their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.locking.model import (
    Locked,
    LockLost,
    LockVersionMismatch,
    NotLocked,
    rules,
)
from chalicelib.locking.model.rules import LockRequest
from tests.lock_builders import (
    ALICE,
    BOB,
    DANA,
    ENDS,
    EVE,
    NINE,
    SECOND,
    TICK,
    TIMEOUTS,
    acquire,
    apply_all_due,
    held_lock,
    released,
    tab,
    waiter_ids,
    with_requests,
)


def test_lease_is_live_at_its_deadline() -> None:
    held = held_lock()

    with pytest.raises(Locked):
        acquire(held, BOB, ENDS)
    assert rules.renew(held, ALICE.principal, "first", ENDS, TIMEOUTS).lock
    assert apply_all_due(held, ENDS) is held

    assert acquire(held, BOB, ENDS + TICK).lock
    with pytest.raises(LockLost):
        rules.renew(held, ALICE.principal, "first", ENDS + TICK, TIMEOUTS)
    assert apply_all_due(held, ENDS + TICK).lock is None


def test_status_omits_expired_lease() -> None:
    held = held_lock()

    assert rules.to_status(held, "alice", ENDS).lock
    assert rules.to_status(held, "alice", ENDS + TICK).lock is None
    assert rules.to_status(held, "alice", ENDS + TICK).state == "expired"


@given(st.integers(-10_000, 400_000), st.integers(-10_000, 400_000))
def test_renewal_ends_later_by_any_clock(first_ms: int, second_ms: int) -> None:
    """The clocks of the renewing functions may be wrong."""
    held = held_lock()
    for offset in (first_ms, second_ms):
        assert held.lock
        before = held.lock
        try:
            held = rules.renew(held, ALICE.principal, "first", NINE + offset * TICK, TIMEOUTS)
        except LockLost:
            assert NINE + offset * TICK > before.expires_at
            continue
        assert held.lock
        assert held.lock.expires_at > before.expires_at
        assert (held.lock.acquired_at, held.lock.lock_id) == (before.acquired_at, before.lock_id)


@pytest.mark.parametrize("expected", [None, 7])
def test_release_of_free_lock_changes_nothing(expected: int | None) -> None:
    free = released(held_lock(), NINE + SECOND)

    assert rules.release(free, rules.ReleaseRequest("any", "bob", NINE + SECOND), expected) is free


def test_release_after_deadline_succeeds() -> None:
    assert released(held_lock(), ENDS + SECOND).cause == "released"


def test_acquire_reports_holder_before_version_mismatch() -> None:
    held = held_lock()

    with pytest.raises(Locked):
        acquire(held, BOB, NINE, expected=99)
    with pytest.raises(LockVersionMismatch):
        acquire(held, BOB, ENDS + TICK, expected=99)
    assert acquire(held, BOB, ENDS + TICK, expected=held.version).version == held.version + 1


def test_move_requires_own_live_lock() -> None:
    held, other = held_lock(), LockRequest(tab("alice", 2), "moved", NINE + SECOND, TIMEOUTS)

    moved = rules.move(held, other)

    assert moved.lock
    assert (moved.lock.session_id, moved.lock.lock_id) == ("secret-alice-in-tab-2", "moved")
    with pytest.raises(Locked):
        rules.move(held, LockRequest(BOB, "moved", NINE, TIMEOUTS))
    with pytest.raises(NotLocked):
        rules.move(held, LockRequest(tab("alice", 2), "moved", ENDS + TICK, TIMEOUTS))


def test_override_requires_live_lock_at_version_read() -> None:
    held = with_requests(held_lock(), BOB, DANA)
    claim, command = (
        LockRequest(DANA, "hers", NINE, TIMEOUTS),
        rules.AdminOverride(DANA.principal, "urgent", held.version),
    )

    taken_over = rules.take_over(held, claim, command)

    assert taken_over.lock
    assert (taken_over.lock.user_id, waiter_ids(taken_over)) == ("dana", ["bob"]), "the admin leaves the waitlist"
    assert taken_over.actor
    assert (taken_over.actor.user_id, taken_over.reason) == ("dana", "urgent")
    with pytest.raises(LockVersionMismatch):
        rules.force_release(taken_over, rules.AdminOverride(EVE.principal, "", held.version), NINE)
    with pytest.raises(NotLocked):
        rules.force_release(held, command, ENDS + TICK)
