"""The rules of disconnect and reconnect."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.locking.model import (
    Tab,
    rules,
)
from tests.lock_builders import (
    ALICE,
    BOB,
    CARLA,
    ENDS,
    NINE,
    SECOND,
    TICK,
    TIMEOUTS,
    held_lock,
    tab,
    with_requests,
)


@given(st.integers(0, 300_000), st.integers(0, 15_000))
def test_reconnect_in_time_restores_lease_and_position(left_ms: int, away_ms: int) -> None:
    line = with_requests(held_lock(), BOB, CARLA)
    left, back = NINE + left_ms * TICK, NINE + (left_ms + away_ms) * TICK

    for one in (ALICE, BOB):
        away = rules.disconnect(line, one, left, TIMEOUTS)
        again = rules.reconnect(away, one, back)
        if back > ENDS:
            continue
        assert again.lock
        assert line.lock
        assert replace(again.lock, version=0) == replace(line.lock, version=0)
        assert (again.waitlist, again.lease_until) == (line.waitlist, None)


def test_disconnect_shortens_lease_to_grace_once() -> None:
    away = rules.disconnect(held_lock(), ALICE, NINE, TIMEOUTS)

    assert away.lock
    assert away.lock.expires_at == NINE + TIMEOUTS.grace
    assert rules.disconnect(away, ALICE, NINE + SECOND, TIMEOUTS) is away, "a repeated disconnect changes nothing"
    assert rules.reconnect(away, ALICE, NINE + TIMEOUTS.grace + TICK) is away, "too late"


def test_disconnect_keeps_lease_shorter_than_grace() -> None:
    held = held_lock()

    assert rules.disconnect(held, ALICE, ENDS - SECOND, TIMEOUTS) is held


@pytest.mark.parametrize("other", [tab("alice", 2), BOB])
def test_disconnect_of_other_tab_changes_nothing(other: Tab) -> None:
    held = held_lock()

    assert rules.disconnect(held, other, NINE, TIMEOUTS) is held
    assert rules.reconnect(held, other, NINE) is held
    away = rules.disconnect(held, ALICE, NINE, TIMEOUTS)
    assert rules.reconnect(away, other, NINE) is away


def test_renewal_while_disconnected_gives_full_lease() -> None:
    """The page may reach the API without its WebSocket."""
    away = rules.disconnect(held_lock(), ALICE, NINE, TIMEOUTS)

    renewed = rules.renew(away, ALICE.principal, "first", NINE + SECOND, TIMEOUTS)

    assert renewed.lock
    assert (renewed.lock.expires_at, renewed.lease_until) == (NINE + SECOND + TIMEOUTS.lease, None)
