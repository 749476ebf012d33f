"""Nobody waits for a ghost, and nobody escapes an answer by opening the page anew."""

import pytest

from chalicelib.locking.model import RESERVATION_TIMEOUT, LockRecord, rules
from chalicelib.locking.model.rules import LockRequest
from tests.unit.locking.lock_scenes import (
    ALICE,
    BOB,
    CARLA,
    DANA,
    NINE,
    SECOND,
    TERMS,
    asked,
    freed,
    names,
    settled,
    tab,
    taken,
)

LATER = NINE + 20 * SECOND


def again_in_the_same_tab(record: LockRecord) -> LockRecord:
    return rules.acquire(record, LockRequest(ALICE, "second", LATER, TERMS), None)


def moved_to_another_tab(record: LockRecord) -> LockRecord:
    return rules.move(record, LockRequest(tab("alice", 2), "second", LATER, TERMS))


@pytest.mark.parametrize("reopen", [again_in_the_same_tab, moved_to_another_tab])
def test_opening_the_page_anew_buys_no_time(reopen: object) -> None:
    assert callable(reopen)

    record = reopen(asked(taken(), BOB))

    assert record.control_expires_at == NINE + TERMS.request_timeout


def test_a_new_holder_has_the_whole_time() -> None:
    command = rules.AdminOverride(DANA.principal, "urgent", asked(taken(), BOB).version)

    record = rules.take_over(asked(taken(), BOB), LockRequest(DANA, "second", LATER, TERMS), command)

    assert record.control_expires_at == LATER + TERMS.request_timeout


def test_no_turn_is_a_ghosts_once_the_one_before_is_over() -> None:
    waiting = freed(asked(taken(), BOB, CARLA, tab("eve")), NINE)
    for gone in (CARLA, tab("eve")):
        waiting = rules.disconnect(waiting, gone, NINE, TERMS)

    after = settled(waiting, NINE + RESERVATION_TIMEOUT + SECOND)

    assert (names(after), after.reserved_until) == ([], None)
    assert rules.acquire(waiting, LockRequest(DANA, "next", NINE + RESERVATION_TIMEOUT + SECOND, TERMS), None).lock


def test_whoever_leaves_a_free_locks_line_leaves_it_to_the_next_who_is_there() -> None:
    waiting = freed(asked(taken(), BOB, CARLA, DANA), NINE)

    left = rules.withdraw_request(rules.disconnect(waiting, CARLA, NINE, TERMS), BOB, NINE + SECOND, TERMS)

    assert (names(left), left.reserved_until) == (["dana"], NINE + SECOND + RESERVATION_TIMEOUT)
