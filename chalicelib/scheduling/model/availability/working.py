"""A doctor's working time and breaks as instants: weekly hours and exceptions on the clock of the time zone."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from chalicelib.scheduling.model.availability.intervals import (
    Interval,
    ceil_second,
    floor_second,
    to_instant,
    union,
)
from chalicelib.scheduling.model.availability.local_days import LocalDay, local_days
from chalicelib.scheduling.model.availability.week import Times, Week
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.span import Span


def working_time(doctor: Doctor, within: Span) -> list[Span]:
    """Return the working time of a doctor in a span, breaks and exceptions applied.

    Ordered and disjoint. An instant is working time if its reading on the doctor's clock lies in the hours of its
    date. An hour that is repeated in autumn is therefore worked twice, and a skipped hour in spring not at all.
    """
    week = Week(doctor)
    return _spans(((day, week.day(day.date).working) for day in _days(doctor, within)), within)


def breaks_in(doctor: Doctor, within: Span) -> list[Span]:
    """Return the breaks in a span that interrupt working hours; ordered and disjoint."""
    week = Week(doctor)
    return _spans(((day, week.day(day.date).breaks) for day in _days(doctor, within)), within)


def to_intervals(day: LocalDay, times: Times) -> Iterator[Interval]:
    """Convert times of a local day to intervals in seconds since the epoch."""
    for start, end in times:
        since, until = max(day.midnight + start, day.start), min(day.midnight + end, day.end)
        if since < until:
            yield since, until


def _days(doctor: Doctor, within: Span) -> Iterator[LocalDay]:
    return local_days(doctor.time_zone, floor_second(within.start), ceil_second(within.end))


def _spans(days: Iterable[tuple[LocalDay, Times]], within: Span) -> list[Span]:
    first, last = (instant.astimezone(UTC) for instant in within)
    if first >= last:
        return []
    intervals = union(interval for day, times in days for interval in to_intervals(day, times))
    return [Span(max(first, to_instant(start)), min(last, to_instant(end))) for start, end in intervals]
