"""The locks of a deactivated member."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit.model import entries_for_change
from chalicelib.locking.model import RESERVATION_TIMEOUT, LockRecord, Tab, rules
from tests.lock_builders import (
    ALICE,
    BOB,
    CARLA,
    DANA,
    ENDS,
    NINE,
    SECOND,
    TICK,
    TIMEOUTS,
    held_lock,
    released,
    waiter_ids,
    with_requests,
)

REASON = "account deactivated"
ADMIN = rules.actor_of(DANA.principal)


def evict(record: LockRecord, member_tab: Tab, seconds: float = 10) -> LockRecord:
    """Return the lock after the deactivation of this member."""
    return rules.evict_member(record, member_tab.member_id, ADMIN, REASON, NINE + seconds * SECOND, TIMEOUTS)


def test_eviction_ends_lease_as_force_release() -> None:
    held = held_lock()

    ended = evict(held, ALICE)

    assert (ended.lock, ended.cause, ended.actor, ended.reason) == (None, "force_released", ADMIN, REASON)
    assert ended.version == held.version + 1
    (entry,) = entries_for_change(held, ended)
    assert (entry.action, entry.user_id, entry.released_by, entry.reason) == (
        "force_released",
        "alice",
        "dana",
        REASON,
    )
    assert entry.duration == 10


def test_eviction_of_holder_reserves_lock_for_first_waiter() -> None:
    ended = evict(with_requests(held_lock(), BOB, CARLA), ALICE)

    assert waiter_ids(ended) == ["bob", "carla"]
    assert ended.reserved_until == NINE + 10 * SECOND + RESERVATION_TIMEOUT


def test_eviction_of_first_waiter_gives_next_full_time() -> None:
    waiting = with_requests(held_lock(), BOB, CARLA)

    ended = evict(waiting, BOB)

    assert (waiter_ids(ended), ended.cause) == (["carla"], "withdrawn")
    assert ended.control_expires_at == NINE + 10 * SECOND + TIMEOUTS.request_timeout
    assert ended.lock is not None
    assert ended.lock.user_id == "alice"
    assert entries_for_change(waiting, ended) == []


def test_eviction_of_later_waiter_keeps_first_deadline() -> None:
    waiting = with_requests(held_lock(), BOB, CARLA)

    ended = evict(waiting, CARLA)

    assert waiter_ids(ended) == ["bob"]
    assert ended.control_expires_at == waiting.control_expires_at


def test_eviction_passes_reservation_to_next_waiter() -> None:
    free = released(with_requests(held_lock(), BOB, CARLA), NINE + SECOND)

    ended = evict(free, BOB, seconds=2)

    assert (waiter_ids(ended), ended.reserved_until) == (["carla"], NINE + 2 * SECOND + RESERVATION_TIMEOUT)


def test_eviction_leaves_expired_lease_to_its_expiry() -> None:
    held = held_lock()
    past = (ENDS + TICK - NINE) / SECOND

    assert evict(held, ALICE, past) is held
    assert evict(held, ALICE, past - 0.001).cause == "force_released", "the deadline itself is the holder's"


@given(st.sampled_from([ALICE, BOB, CARLA]), st.lists(st.sampled_from([BOB, CARLA]), max_size=2, unique_by=id))
def test_eviction_is_complete_and_idempotent(member_tab: Tab, waiters: list[Tab]) -> None:
    ended = evict(with_requests(held_lock(), *waiters), member_tab)

    assert evict(ended, member_tab) is ended
    assert member_tab.member_id not in waiter_ids(ended)
    assert ended.lock is None or ended.lock.user_id != member_tab.member_id
