"""No member waits for a disconnected one, and a reload of the page gives no more time to respond."""

import pytest

from chalicelib.locking.model import RESERVATION_TIMEOUT, LockRecord, rules
from chalicelib.locking.model.rules import LockRequest
from tests.lock_builders import (
    ALICE,
    BOB,
    CARLA,
    DANA,
    NINE,
    SECOND,
    TIMEOUTS,
    apply_all_due,
    held_lock,
    released,
    tab,
    waiter_ids,
    with_requests,
)

LATER = NINE + 20 * SECOND


def again_in_the_same_tab(record: LockRecord) -> LockRecord:
    return rules.acquire(record, LockRequest(ALICE, "second", LATER, TIMEOUTS), None)


def moved_to_another_tab(record: LockRecord) -> LockRecord:
    return rules.move(record, LockRequest(tab("alice", 2), "second", LATER, TIMEOUTS))


@pytest.mark.parametrize("reopen", [again_in_the_same_tab, moved_to_another_tab])
def test_reload_or_move_keeps_request_deadline(reopen: object) -> None:
    assert callable(reopen)

    record = reopen(with_requests(held_lock(), BOB))

    assert record.control_expires_at == NINE + TIMEOUTS.request_timeout


def test_takeover_gives_new_holder_full_time() -> None:
    command = rules.AdminOverride(DANA.principal, "urgent", with_requests(held_lock(), BOB).version)

    record = rules.take_over(
        with_requests(held_lock(), BOB), LockRequest(DANA, "second", LATER, TIMEOUTS), command
    )

    assert record.control_expires_at == LATER + TIMEOUTS.request_timeout


def test_reservation_skips_disconnected_waiters() -> None:
    waiting = released(with_requests(held_lock(), BOB, CARLA, tab("eve")), NINE)
    for gone in (CARLA, tab("eve")):
        waiting = rules.disconnect(waiting, gone, NINE, TIMEOUTS)

    after = apply_all_due(waiting, NINE + RESERVATION_TIMEOUT + SECOND)

    assert (waiter_ids(after), after.reserved_until) == ([], None)
    assert rules.acquire(
        waiting, LockRequest(DANA, "next", NINE + RESERVATION_TIMEOUT + SECOND, TIMEOUTS), None
    ).lock


def test_withdrawal_passes_reservation_to_connected_waiter() -> None:
    waiting = released(with_requests(held_lock(), BOB, CARLA, DANA), NINE)

    left = rules.withdraw_request(rules.disconnect(waiting, CARLA, NINE, TIMEOUTS), BOB, NINE + SECOND, TIMEOUTS)

    assert (waiter_ids(left), left.reserved_until) == (["dana"], NINE + SECOND + RESERVATION_TIMEOUT)
