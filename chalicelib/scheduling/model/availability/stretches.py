"""Half-open stretches of whole seconds, and what can be said of several of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

# From a second since the epoch, or since a midnight, to another that is not in it.
Stretch = tuple[int, int]
# Further than any instant.
EVER = 1 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def second_of(instant: datetime) -> int:
    """The second since the epoch that an instant falls in."""
    return (instant - _EPOCH) // _SECOND


def second_from(instant: datetime) -> int:
    """The first whole second that is not before an instant."""
    return -((_EPOCH - instant) // _SECOND)


def instant_of(second: int) -> datetime:
    """When a second since the epoch begins, in UTC."""
    return datetime.fromtimestamp(second, UTC)


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches in order of their starts, those that overlap or touch as one, and none that is empty."""
    since = until = -EVER
    for start, end in stretches:
        if start > until:
            if since < until:
                yield since, until
            since = start
        until = max(until, end)
    if since < until:
        yield since, until


def gaps(apart: Iterable[Stretch]) -> Iterator[Stretch]:
    """What lies before, between and after joined stretches."""
    until = -EVER
    for start, end in apart:
        yield until, start
        until = end
    yield until, EVER


def shared(ones: Iterable[Stretch], others: Iterable[Stretch]) -> Iterator[Stretch]:
    """What lies in both of two sequences of stretches, each in order and without overlaps; reads no further."""
    theirs = iter(others)
    start, end = next(theirs, (EVER, EVER))
    for since, until in ones:
        while end <= since:
            start, end = next(theirs, (EVER, EVER))
        while start < until:
            yield max(since, start), min(until, end)
            if end >= until:
                break
            start, end = next(theirs, (EVER, EVER))


def starts_within(stretches: Iterable[Stretch], seconds: int) -> Iterator[Stretch]:
    """Where something so long can begin so as to lie in stretches in order; those that touch are one.

    What each stretch adds is told at once, so that a week without a pause need not be read to its end.
    """
    first = until = -EVER
    for start, end in stretches:
        if start > until:
            first = start
        until = end
        if end - seconds >= first:
            yield first, end - seconds + 1
            first = end - seconds + 1
