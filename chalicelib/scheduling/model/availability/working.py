"""When a doctor works and pauses: the rules of the week, exceptions applied, put on the zone's clock."""

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
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import Doctor


def working_time(doctor: Doctor, within: Span) -> list[Span]:
    """When a doctor works within a stretch of time, breaks and exceptions applied; in order, apart, half-open.

    An instant is working time if its reading on the doctor's clock lies in the hours of the date that it reads. So
    an hour that is repeated in autumn is worked twice, and one that is skipped in spring not at all.
    """
    week = Week(doctor)
    return _spans(((day, week.day(day.date).working) for day in _days(doctor, within)), within)


def breaks_in(doctor: Doctor, within: Span) -> list[Span]:
    """The breaks within a stretch of time, as far as the doctor would work then; in order, apart, half-open."""
    week = Week(doctor)
    return _spans(((day, week.day(day.date).breaks) for day in _days(doctor, within)), within)


def to_intervals(day: LocalDay, times: Times) -> Iterator[Interval]:
    """When these times of a day are read; seconds since the epoch."""
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
    found = union(stretch for day, times in days for stretch in to_intervals(day, times))
    return [Span(max(first, to_instant(start)), min(last, to_instant(end))) for start, end in found]
