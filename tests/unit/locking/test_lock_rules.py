"""The rules of holding a lock at their edges: each takes the record as it stands and gives the one to write."""

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
from tests.unit.locking.lock_scenes import (
    ALICE,
    BOB,
    DANA,
    ENDS,
    EVE,
    NINE,
    SECOND,
    TERMS,
    TICK,
    acquired,
    asked,
    freed,
    names,
    settled,
    tab,
    taken,
)


def test_the_deadline_itself_belongs_to_the_holder() -> None:
    held = taken()

    with pytest.raises(Locked):
        acquired(held, BOB, ENDS)
    assert rules.renew(held, ALICE.principal, "first", ENDS, TERMS).lock
    assert settled(held, ENDS) is held

    assert acquired(held, BOB, ENDS + TICK).lock
    with pytest.raises(LockLost):
        rules.renew(held, ALICE.principal, "first", ENDS + TICK, TERMS)
    assert settled(held, ENDS + TICK).lock is None


def test_an_ended_lease_is_shown_to_nobody() -> None:
    held = taken()

    assert rules.to_status(held, "alice", ENDS).lock
    assert rules.to_status(held, "alice", ENDS + TICK).lock is None
    assert rules.to_status(held, "alice", ENDS + TICK).state == "expired"


@given(st.integers(-10_000, 400_000), st.integers(-10_000, 400_000))
def test_a_renewal_always_ends_later(first_ms: int, second_ms: int) -> None:
    """However wrong the clocks of the functions that renew."""
    held = taken()
    for offset in (first_ms, second_ms):
        assert held.lock
        before = held.lock
        try:
            held = rules.renew(held, ALICE.principal, "first", NINE + offset * TICK, TERMS)
        except LockLost:
            assert NINE + offset * TICK > before.expires_at
            continue
        assert held.lock
        assert held.lock.expires_at > before.expires_at
        assert (held.lock.acquired_at, held.lock.lock_id) == (before.acquired_at, before.lock_id)


@pytest.mark.parametrize("expected", [None, 7])
def test_what_is_free_already_stays_as_it_is(expected: int | None) -> None:
    free = freed(taken(), NINE + SECOND)

    assert rules.release(free, rules.ReleaseRequest("any", "bob", NINE + SECOND), expected) is free


def test_a_lock_is_released_after_its_deadline_too() -> None:
    assert freed(taken(), ENDS + SECOND).cause == "released"


def test_a_wrong_version_is_named_after_a_holder() -> None:
    held = taken()

    with pytest.raises(Locked):
        acquired(held, BOB, NINE, expected=99)
    with pytest.raises(LockVersionMismatch):
        acquired(held, BOB, ENDS + TICK, expected=99)
    assert acquired(held, BOB, ENDS + TICK, expected=held.version).version == held.version + 1


def test_only_the_own_lock_is_moved() -> None:
    held, other = taken(), LockRequest(tab("alice", 2), "moved", NINE + SECOND, TERMS)

    moved = rules.move(held, other)

    assert moved.lock
    assert (moved.lock.session_id, moved.lock.lock_id) == ("alice-in-tab-2", "moved")
    with pytest.raises(Locked):
        rules.move(held, LockRequest(BOB, "moved", NINE, TERMS))
    with pytest.raises(NotLocked):
        rules.move(held, LockRequest(tab("alice", 2), "moved", ENDS + TICK, TERMS))


def test_an_admin_takes_what_is_as_seen() -> None:
    held = asked(taken(), BOB, DANA)
    claim, command = (
        LockRequest(DANA, "hers", NINE, TERMS),
        rules.AdminOverride(DANA.principal, "urgent", held.version),
    )

    taken_over = rules.take_over(held, claim, command)

    assert taken_over.lock
    assert (taken_over.lock.user_id, names(taken_over)) == ("dana", ["bob"]), "she waits no longer"
    assert taken_over.actor
    assert (taken_over.actor.user_id, taken_over.reason) == ("dana", "urgent")
    with pytest.raises(LockVersionMismatch):
        rules.force_release(taken_over, rules.AdminOverride(EVE.principal, "", held.version), NINE)
    with pytest.raises(NotLocked):
        rules.force_release(held, command, ENDS + TICK)
