"""Token buckets in the memory of one process."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.token_bucket import TokenBuckets

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@given(
    rate=st.integers(1, 50),
    burst=st.integers(1, 80),
    steps=st.lists(st.integers(0, 400), min_size=1, max_size=120),
)
def test_bucket_never_exceeds_burst_and_rate(rate: int, burst: int, steps: list[int]) -> None:
    buckets = TokenBuckets(rate, burst)
    now, taken = 0.0, []
    for step in steps:
        now += step / 1000
        if buckets.take("one", at(now)):
            taken.append(now)

    for first, start in enumerate(taken):
        for count, end in enumerate(taken[first:], start=1):
            assert count <= burst + rate * (end - start) + 1e-6


@given(rate=st.integers(1, 50), burst=st.integers(2, 80), count=st.integers(1, 200))
def test_client_within_the_rate_is_never_refused(rate: int, burst: int, count: int) -> None:
    buckets = TokenBuckets(rate, burst)

    assert all(buckets.take("one", at(number / rate)) for number in range(count))


def test_buckets_of_clients_are_independent() -> None:
    buckets = TokenBuckets(1, 1)

    assert buckets.take("one", NOON)
    assert not buckets.take("one", NOON)
    assert buckets.take("another", NOON)


def test_clock_set_back_does_not_refill() -> None:
    buckets = TokenBuckets(1, 1)
    buckets.take("one", at(10))

    assert not buckets.take("one", at(0))
    assert not buckets.take("one", at(0.5))
    assert buckets.take("one", at(1))


def test_refusal_notifies_once_until_half_full() -> None:
    buckets = TokenBuckets(1, 4)
    for _ in range(4):
        buckets.take("one", NOON)

    assert not buckets.take("one", NOON)
    assert buckets.should_notify("one")
    assert not buckets.should_notify("one")
    assert buckets.take("one", at(1))
    assert not buckets.take("one", at(1))
    assert not buckets.should_notify("one"), "the same flood"
    assert buckets.take("one", at(4))
    while buckets.take("one", at(4)):
        pass
    assert buckets.should_notify("one"), "another flood"


def test_full_table_drops_the_least_recently_used() -> None:
    buckets = TokenBuckets(1, 1, max_keys=2)
    for key in ("one", "two", "one", "three"):
        buckets.take(key, NOON)

    assert not buckets.take("one", NOON)
    assert buckets.take("two", NOON), "its bucket starts full again"
