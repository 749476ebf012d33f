"""The rules of connections that drop and come back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.locking.model import (
    Tab,
    rules,
)
from tests.unit.locking.lock_scenes import ALICE, BOB, CARLA, ENDS, NINE, SECOND, TERMS, TICK, asked, tab, taken


@given(st.integers(0, 300_000), st.integers(0, 15_000))
def test_who_comes_back_in_time_has_what_they_had(left_ms: int, away_ms: int) -> None:
    line = asked(taken(), BOB, CARLA)
    left, back = NINE + left_ms * TICK, NINE + (left_ms + away_ms) * TICK

    for one in (ALICE, BOB):
        away = rules.disconnect(line, one, left, TERMS)
        again = rules.reconnect(away, one, back)
        if back > ENDS:
            continue
        assert again.lock
        assert line.lock
        assert replace(again.lock, version=0) == replace(line.lock, version=0)
        assert (again.waitlist, again.lease_until) == (line.waitlist, None)


def test_a_dropped_connection_keeps_the_lock_for_the_grace() -> None:
    away = rules.disconnect(taken(), ALICE, NINE, TERMS)

    assert away.lock
    assert away.lock.expires_at == NINE + TERMS.grace
    assert rules.disconnect(away, ALICE, NINE + SECOND, TERMS) is away, "dropping twice is dropping once"
    assert rules.reconnect(away, ALICE, NINE + TERMS.grace + TICK) is away, "too late"


def test_a_lease_shorter_than_the_grace_is_not_prolonged() -> None:
    held = taken()

    assert rules.disconnect(held, ALICE, ENDS - SECOND, TERMS) is held


@pytest.mark.parametrize("other", [tab("alice", 2), BOB])
def test_other_tabs_change_nothing(other: Tab) -> None:
    held = taken()

    assert rules.disconnect(held, other, NINE, TERMS) is held
    assert rules.reconnect(held, other, NINE) is held
    away = rules.disconnect(held, ALICE, NINE, TERMS)
    assert rules.reconnect(away, other, NINE) is away


def test_a_renewal_while_away_is_a_whole_lease() -> None:
    """The page may still reach the API while its socket is down."""
    away = rules.disconnect(taken(), ALICE, NINE, TERMS)

    renewed = rules.renew(away, ALICE.principal, "first", NINE + SECOND, TERMS)

    assert renewed.lock
    assert (renewed.lock.expires_at, renewed.lease_until) == (NINE + SECOND + TERMS.lease, None)
