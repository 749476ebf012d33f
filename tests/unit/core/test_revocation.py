"""The revocation list in one process."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import Unauthenticated, Unavailable
from chalicelib.core.security.revocation import (
    MAX_STALENESS,
    REFRESH_INTERVAL,
    RevocationList,
    require_not_revoked,
)
from chalicelib.core.security.tokens import Principal

MORNING = datetime(2026, 1, 31, 8, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
ALICE = keys.revoked_member_key("tenant", "alice").sort


class Table:
    """The stored list, which counts its reads and may fail, and the process's clock."""

    def __init__(self) -> None:
        self.members: set[str] = set()
        self.reads = 0
        self.is_away = False
        self.now = MORNING
        self.known = RevocationList(self.load, lambda: self.now)

    def load(self) -> Iterable[str]:
        self.reads += 1
        if self.is_away:
            raise ConnectionError("the table is away")
        return sorted(self.members)

    def lets_alice_in(self) -> bool:
        return not self.known.contains("tenant", "alice")


def test_revocation_list_is_read_every_five_seconds() -> None:
    table = Table()

    for _ in range(5):
        assert table.lets_alice_in()
        table.now += REFRESH_INTERVAL / 5
    assert table.reads == 1

    assert table.lets_alice_in()
    assert table.reads == 2


@given(st.lists(st.integers(0, 9_000), min_size=1, max_size=40), st.integers(0, 40))
def test_revoked_member_is_refused_after_five_seconds(pauses_ms: list[int], deactivated_after: int) -> None:
    table, since = Table(), None

    for number, pause in enumerate(pauses_ms):
        if number == deactivated_after:
            table.members.add(ALICE)
            since = table.now
        let_in = table.lets_alice_in()
        if since is None:
            assert let_in
        elif table.now - since >= REFRESH_INTERVAL:
            assert not let_in
        table.now += pause * MILLISECOND

    assert table.reads <= 1 + sum(pauses_ms) * MILLISECOND // REFRESH_INTERVAL


def test_own_revocation_takes_effect_at_once() -> None:
    table = Table()
    assert table.lets_alice_in()

    table.known.add("tenant", "alice")

    assert not table.lets_alice_in()
    assert table.reads == 1


def test_member_off_the_list_is_accepted_again() -> None:
    table = Table()
    table.members.add(ALICE)
    assert not table.lets_alice_in()

    table.members.clear()
    table.now += REFRESH_INTERVAL

    assert table.lets_alice_in()


def test_unreadable_list_stays_valid_for_a_minute() -> None:
    table = Table()
    table.members.add(ALICE)
    assert not table.lets_alice_in()
    table.is_away = True

    table.now = MORNING + MAX_STALENESS - MILLISECOND
    assert not table.lets_alice_in()
    assert not table.known.contains("tenant", "bob")
    assert table.reads == 2, "failed reads are not repeated for each request"

    table.now = MORNING + MAX_STALENESS
    with pytest.raises(Unavailable):
        table.known.contains("tenant", "bob")

    table.is_away = False
    assert not table.known.contains("tenant", "bob")


def test_member_before_first_read_is_refused() -> None:
    table = Table()
    table.is_away = True

    for _ in range(2):
        with pytest.raises(Unavailable) as refused:
            table.lets_alice_in()
    assert isinstance(refused.value.__cause__, ConnectionError)

    table.is_away = False
    assert table.lets_alice_in(), "the first request after a successful read is accepted"


def test_clock_set_back_does_not_age_the_list() -> None:
    table = Table()
    assert table.lets_alice_in()
    table.members.add(ALICE)

    table.now -= timedelta(days=1)

    assert not table.lets_alice_in()


def test_revocation_is_limited_to_its_tenant() -> None:
    table = Table()
    table.members.add(ALICE)

    require_not_revoked(Principal("other", "alice", "", "Alice", "staff"), table.known)
    with pytest.raises(Unauthenticated):
        require_not_revoked(Principal("tenant", "alice", "", "Alice", "staff"), table.known)
