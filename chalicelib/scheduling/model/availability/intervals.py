"""Half-open intervals of whole seconds and their algebra, evaluated lazily."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

# Seconds since the epoch or since a midnight; the end is not included.
Interval = tuple[int, int]
# Later than any instant.
FOREVER = 1 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def floor_second(instant: datetime) -> int:
    """Return the second since the epoch that contains an instant."""
    return (instant - _EPOCH) // _SECOND


def ceil_second(instant: datetime) -> int:
    """Return the first whole second that is not before an instant."""
    return -((_EPOCH - instant) // _SECOND)


def to_instant(second: int) -> datetime:
    """Return the start of a second since the epoch, in UTC."""
    return datetime.fromtimestamp(second, UTC)


def union(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Join intervals that overlap or touch and drop empty ones.

    Input and output are in order of their starts.
    """
    first = last = -FOREVER
    for start, end in intervals:
        if start > last:
            if first < last:
                yield first, last
            first = start
        last = max(last, end)
    if first < last:
        yield first, last


def complement(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Return the gaps before, between and after the intervals of a union."""
    last = -FOREVER
    for start, end in intervals:
        yield last, start
        last = end
    yield last, FOREVER


def intersect(left: Iterable[Interval], right: Iterable[Interval]) -> Iterator[Interval]:
    """Intersect two sequences of ordered, disjoint intervals.

    Neither is read further than needed.
    """
    others = iter(right)
    other_start, other_end = next(others, (FOREVER, FOREVER))
    for start, end in left:
        while other_end <= start:
            other_start, other_end = next(others, (FOREVER, FOREVER))
        while other_start < end:
            yield max(start, other_start), min(end, other_end)
            if other_end >= end:
                break
            other_start, other_end = next(others, (FOREVER, FOREVER))


def start_intervals(intervals: Iterable[Interval], seconds: int) -> Iterator[Interval]:
    """Return the starts at which this many seconds fit into ordered intervals.

    Intervals that touch are joined. Each interval yields its starts at once, so that a week without a pause need
    not be read to its end.
    """
    first = last = -FOREVER
    for start, end in intervals:
        if start > last:
            first = start
        last = end
        if end - seconds >= first:
            yield first, end - seconds + 1
            first = end - seconds + 1
