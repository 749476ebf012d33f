"""A doctor's hours by date, in seconds after midnight."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from chalicelib.scheduling.model.availability.intervals import Interval, complement, intersect, union
from chalicelib.scheduling.model.doctor import Doctor, Hours, ScheduleException

Times = tuple[Interval, ...]
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_THURSDAY = 3  # the weekday of the epoch, counted from Monday


class Day(NamedTuple):
    """The hours of a date as entered, and the working time and breaks that follow.

    Ordered and disjoint.
    """

    hours: Times
    working: Times
    breaks: Times


class Week:
    """The weekly hours and the exceptions of a doctor, by date."""

    def __init__(self, doctor: Doctor) -> None:
        self._hours, self._breaks = _by_weekday(doctor.working_hours), _by_weekday(doctor.breaks)
        self._exceptions: defaultdict[str, list[ScheduleException]] = defaultdict(list)
        for exception in doctor.exceptions:
            self._exceptions[exception.date].append(exception)
        self._regular_days: dict[int, Day] = {}

    def day(self, number: int) -> Day:
        """Return the hours of a date, which is given in days since 1970-01-01."""
        weekday = (number + _THURSDAY) % 7 + 1
        if self._exceptions:
            exceptions = self._exceptions.get(date.fromordinal(number + _EPOCH_ORDINAL).isoformat())
            if exceptions:
                return self._exceptional_day(weekday, exceptions)
        if weekday not in self._regular_days:
            self._regular_days[weekday] = _day(_times(self._hours[weekday]), _times(self._breaks[weekday]))
        return self._regular_days[weekday]

    def _exceptional_day(self, weekday: int, exceptions: list[ScheduleException]) -> Day:
        closed = any(exception.closed for exception in exceptions)
        weekly = () if closed else _times(self._hours[weekday])
        return _day(weekly + _times(exceptions), _times(self._breaks[weekday]))


def _by_weekday(weekly: Iterable[Hours]) -> defaultdict[int, list[Hours]]:
    by_weekday: defaultdict[int, list[Hours]] = defaultdict(list)
    for hours in weekly:
        by_weekday[hours.weekday].append(hours)
    return by_weekday


def _times(spans: Iterable[Hours | ScheduleException]) -> Times:
    return tuple((_seconds(span.start), _seconds(span.end)) for span in spans if span.start and span.end)


def _seconds(time: str) -> int:
    """Convert `09:30`, or `24:00`, to seconds after midnight."""
    return int(time[:2]) * 3600 + int(time[3:]) * 60


# Few distinct days occur.
@lru_cache(maxsize=1024)
def _day(hours: Times, breaks: Times) -> Day:
    all_hours, all_breaks = tuple(union(sorted(hours))), tuple(union(sorted(breaks)))
    working = tuple(intersect(all_hours, complement(all_breaks)))
    return Day(hours, working, tuple(intersect(all_hours, all_breaks)))


@lru_cache(maxsize=1024)
def grid_times(hours: Times, step_seconds: int) -> tuple[int, ...]:
    """Return every step from the beginning of each of these hours until its end.

    Ordered, each once.
    """
    return tuple(sorted({second for start, end in hours for second in range(start, end, step_seconds)}))
