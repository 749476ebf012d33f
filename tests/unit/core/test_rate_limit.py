"""Rate limits, with counters in memory and the test's own clock."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import from_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import RateLimited
from chalicelib.core.security.rate_limit import Attempt, ExhaustedWindows, RateLimit, Window, consume
from chalicelib.core.security.tokens import Principal

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
TEN_A_MINUTE = RateLimit(keys.LOCK_ATTEMPTS, 10, timedelta(minutes=1))
LIMITS = st.builds(
    RateLimit,
    st.just(keys.LOCK_ATTEMPTS),
    st.integers(1, 5),
    st.integers(1, 900).map(lambda seconds: timedelta(seconds=seconds)),
)
USER_IDS = st.text("0123456789abcdef", min_size=1, max_size=32)
# Whole milliseconds, as from the clock.
INSTANTS = st.integers(1_600_000_000_000, 4_000_000_000_000).map(from_ms)
# Milliseconds between attempts, mostly short.
PAUSES = st.lists(st.integers(0, 500) | st.integers(0, 100_000), min_size=1, max_size=60)


def member(user_id: str) -> Principal:
    return Principal("tenant", user_id, f"{user_id}@practice.test", user_id.title(), "staff")


class Counts:
    """The counters of the table, shared by all processes."""

    def __init__(self) -> None:
        self.spent: Counter[tuple[str, int]] = Counter()
        self.calls = 0

    def __call__(self, attempt: Attempt, limit: RateLimit, window: Window) -> bool:
        self.calls += 1
        place = attempt.member_id, window.number
        if self.spent[place] >= limit.limit:
            return False
        self.spent[place] += 1
        return True


class Desk:
    """Attempts of members at given instants, served by several processes in turn."""

    def __init__(self, limit: RateLimit, processes: int = 1) -> None:
        self.limit = limit
        self.counts = Counts()
        self.memories = [ExhaustedWindows() for _ in range(processes)]
        self.served = 0

    def refuses(self, user_id: str, now: datetime) -> RateLimited | None:
        """Return the refusal of an attempt; None if it was accepted."""
        memory = self.memories[self.served % len(self.memories)]
        self.served += 1
        try:
            consume(self.limit, member(user_id), "a1", clock=lambda: now, count=self.counts, exhausted=memory)
        except RateLimited as refusal:
            return refusal
        return None


@given(LIMITS, USER_IDS, INSTANTS, PAUSES, st.integers(1, 3))
def test_window_accepts_up_to_the_limit(
    limit: RateLimit, user_id: str, now: datetime, pauses: list[int], processes: int
) -> None:
    desk, attempts = Desk(limit, processes), Counter[int]()
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        number = limit.window_of(user_id, now).number
        attempts[number] += 1
        assert (desk.refuses(user_id, now) is None) == (attempts[number] <= limit.limit)


@given(LIMITS, USER_IDS, INSTANTS)
def test_attempt_after_retry_after_is_accepted(limit: RateLimit, user_id: str, now: datetime) -> None:
    desk = Desk(limit)
    refusal = None
    while refusal is None:
        refusal = desk.refuses(user_id, now)
    wait = int(refusal.headers["Retry-After"])

    assert 1 <= wait <= limit.window // timedelta(seconds=1)
    assert desk.refuses(user_id, now + timedelta(seconds=wait)) is None
    too_early = now + timedelta(seconds=wait - 1)
    assert limit.window_of(user_id, too_early) == limit.window_of(user_id, now)


@given(LIMITS, USER_IDS, INSTANTS)
def test_windows_are_adjacent(limit: RateLimit, user_id: str, now: datetime) -> None:
    window = limit.window_of(user_id, now)

    assert now < window.ends_at <= now + limit.window
    following = limit.window_of(user_id, window.ends_at)
    assert following == Window(window.number + 1, window.ends_at + limit.window)


def test_windows_of_members_are_staggered() -> None:
    ends = {TEN_A_MINUTE.window_of(f"member-{number}", START).ends_at for number in range(100)}

    assert len(ends) > 90


def test_windows_of_a_member_are_stable_across_processes() -> None:
    """`hash` of a text differs between processes."""
    assert TEN_A_MINUTE.window_of("alice", START) == Window(29_497_500, START + timedelta(seconds=54.265))


def test_refusal_names_limit_and_wait() -> None:
    desk = Desk(TEN_A_MINUTE)
    now = desk.limit.window_of("alice", START).ends_at - timedelta(seconds=22.5)
    refusals = [desk.refuses("alice", now) for _ in range(11)]

    assert refusals[:10] == [None] * 10
    assert refusals[10] is not None
    assert refusals[10].detail.startswith("Wait 23 seconds before you try again;")
    assert "10 in 60 seconds" in refusals[10].detail
    assert refusals[10].headers["RateLimit-Limit"] == "10"
    assert refusals[10].extensions == {"retryAfter": 23}


def test_retry_after_in_last_second_is_one() -> None:
    desk = Desk(RateLimit(keys.LOCK_ATTEMPTS, 1, timedelta(seconds=1)))
    desk.refuses("alice", START)
    refusal = desk.refuses("alice", START)

    assert refusal is not None
    assert refusal.detail.startswith("Wait 1 second before")


def test_limits_of_members_are_independent() -> None:
    desk = Desk(RateLimit(keys.LOCK_ATTEMPTS, 1, timedelta(minutes=1)))

    assert desk.refuses("alice", START) is None
    assert desk.refuses("alice", START) is not None
    assert desk.refuses("bob", START) is None


def test_known_refusal_makes_no_call() -> None:
    desk = Desk(RateLimit(keys.LOCK_ATTEMPTS, 2, timedelta(minutes=1)))
    for _ in range(20):
        desk.refuses("alice", START)

    assert desk.counts.calls == 3, "two were accepted, and the table refused the third"


def test_known_refusals_are_bounded_and_drop_the_oldest() -> None:
    full = ExhaustedWindows(max_size=2)
    for partition in ("first", "second", "second", "third"):
        full.add(partition)

    assert "first" not in full
    assert "second" in full
    assert "third" in full


@pytest.mark.parametrize("target", ["", "a#b", "x" * 65])
def test_invalid_id_is_not_counted(target: str) -> None:
    counts = Counts()
    with pytest.raises(keys.InvalidId):
        consume(TEN_A_MINUTE, member("alice"), target, clock=lambda: START, count=counts)

    assert counts.calls == 0
