"""Half-open stretches of whole seconds, and what can be said of several of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

# From a second since the epoch, or since a midnight, to another that is not in it.
Interval = tuple[int, int]
# Further than any instant.
FOREVER = 1 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def floor_second(instant: datetime) -> int:
    """The second since the epoch that an instant falls in."""
    return (instant - _EPOCH) // _SECOND


def ceil_second(instant: datetime) -> int:
    """The first whole second that is not before an instant."""
    return -((_EPOCH - instant) // _SECOND)


def to_instant(second: int) -> datetime:
    """When a second since the epoch begins, in UTC."""
    return datetime.fromtimestamp(second, UTC)


def union(stretches: Iterable[Interval]) -> Iterator[Interval]:
    """Stretches in order of their starts, those that overlap or touch as one, and none that is empty."""
    since = until = -FOREVER
    for start, end in stretches:
        if start > until:
            if since < until:
                yield since, until
            since = start
        until = max(until, end)
    if since < until:
        yield since, until


def complement(apart: Iterable[Interval]) -> Iterator[Interval]:
    """What lies before, between and after joined stretches."""
    until = -FOREVER
    for start, end in apart:
        yield until, start
        until = end
    yield until, FOREVER


def intersect(ones: Iterable[Interval], others: Iterable[Interval]) -> Iterator[Interval]:
    """What lies in both of two sequences of stretches, each in order and without overlaps; reads no further."""
    theirs = iter(others)
    start, end = next(theirs, (FOREVER, FOREVER))
    for since, until in ones:
        while end <= since:
            start, end = next(theirs, (FOREVER, FOREVER))
        while start < until:
            yield max(since, start), min(until, end)
            if end >= until:
                break
            start, end = next(theirs, (FOREVER, FOREVER))


def start_intervals(stretches: Iterable[Interval], seconds: int) -> Iterator[Interval]:
    """Where something so long can begin so as to lie in stretches in order; those that touch are one.

    What each stretch adds is told at once, so that a week without a pause need not be read to its end.
    """
    first = until = -FOREVER
    for start, end in stretches:
        if start > until:
            first = start
        until = end
        if end - seconds >= first:
            yield first, end - seconds + 1
            first = end - seconds + 1
