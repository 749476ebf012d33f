"""What a doctor's rules make of each date, in seconds after its midnight."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from chalicelib.scheduling.model.availability.intervals import Interval, complement, intersect, union
from chalicelib.scheduling.model.tenant_schedule import Doctor, Hours, ScheduleException

Times = tuple[Interval, ...]
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_THURSDAY = 3  # the weekday of the epoch, counted from Monday


class Day(NamedTuple):
    """Working and extra hours as they were written, and what breaks make of them, in order and apart."""

    hours: Times
    working: Times
    breaks: Times


class Week:
    """The rules of a doctor, by date."""

    def __init__(self, doctor: Doctor) -> None:
        self._hours, self._breaks = _by_weekday(doctor.working_hours), _by_weekday(doctor.breaks)
        self._exceptions: defaultdict[str, list[ScheduleException]] = defaultdict(list)
        for exception in doctor.exceptions:
            self._exceptions[exception.date].append(exception)
        self._regular_days: dict[int, Day] = {}

    def day(self, number: int) -> Day:
        """The rules of the date that is so many days after 1970-01-01."""
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


def _by_weekday(several: Iterable[Hours]) -> defaultdict[int, list[Hours]]:
    found: defaultdict[int, list[Hours]] = defaultdict(list)
    for hours in several:
        found[hours.weekday].append(hours)
    return found


def _times(several: Iterable[Hours | ScheduleException]) -> Times:
    return tuple((_seconds(each.start), _seconds(each.end)) for each in several if each.start and each.end)


def _seconds(time: str) -> int:
    """`09:30`, or `24:00`, in seconds after midnight."""
    return int(time[:2]) * 3600 + int(time[3:]) * 60


# Most days of most doctors are alike.
@lru_cache(maxsize=1024)
def _day(hours: Times, breaks: Times) -> Day:
    whole, pauses = tuple(union(sorted(hours))), tuple(union(sorted(breaks)))
    return Day(hours, tuple(intersect(whole, complement(pauses))), tuple(intersect(whole, pauses)))


@lru_cache(maxsize=1024)
def grid_times(hours: Times, step_seconds: int) -> tuple[int, ...]:
    """Every step from the beginning of each of these hours, before its end; in order, each once."""
    return tuple(sorted({second for start, end in hours for second in range(start, end, step_seconds)}))
