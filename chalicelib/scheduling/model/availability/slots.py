"""Slots that a doctor can offer: pure functions of the rules, the time zone and the busy spans."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, tee
from operator import attrgetter

from chalicelib.core.http.schema import Schema
from chalicelib.scheduling.model.availability.intervals import (
    Interval,
    ceil_second,
    complement,
    intersect,
    start_intervals,
    to_instant,
)
from chalicelib.scheduling.model.availability.local_days import DAY_SECONDS, LocalDay, local_days
from chalicelib.scheduling.model.availability.occupied import BusyByNeed, Candidates, busy_intervals
from chalicelib.scheduling.model.availability.week import Week, grid_times
from chalicelib.scheduling.model.availability.working import to_intervals
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span

_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Slot(Schema):
    """A bookable start with one doctor, and its end; both without buffers."""

    doctor_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """One doctor with one service, and the busy spans to avoid, in any order.

    `busy` is the doctor's own occupied time with all buffers. `needs` has, for each need of the service, the busy
    spans of each candidate by id. Each need takes a free candidate of its own.
    """

    doctor: Doctor
    service: Service
    rules: BookingRules
    busy: Sequence[Span] = ()
    needs: BusyByNeed = ()


def slots(query: SlotQuery, within: Span, now: datetime) -> Iterator[Slot]:
    """Yield the slots that start in `within`, in order of time.

    Starts lie on a grid: every step of the doctor's clock from the beginning of each working span of a date, at
    the first instant with that reading. The service must fit into working time, and its buffers between the busy
    spans.
    """
    window = _start_window(query, within, now)
    if window is None:
        return
    duration, before, after = _service_seconds(query.service)
    candidates = Candidates(query.needs)
    for start in _free_starts(query, window):
        if candidates.can_satisfy(start - before, start + duration + after):
            yield Slot(query.doctor.id, to_instant(start), to_instant(start + duration))


def merge_slots(slots_by_doctor: Iterable[Iterator[Slot]]) -> Iterator[Slot]:
    """Merge the slots of several doctors in order of time.

    Slots that start together keep the doctors' order.
    """
    return merge(*slots_by_doctor, key=attrgetter("start"))


def next_slots(queries: Iterable[SlotQuery], within: Span, now: datetime, limit: int) -> list[Slot]:
    """Return the first slots of several queries that start in `within`, merged.

    At most `limit`.
    """
    return list(islice(merge_slots(slots(query, within, now) for query in queries), limit))


def is_offered(query: SlotQuery, start: datetime, now: datetime) -> bool:
    """Return whether a slot starts at exactly this instant."""
    return any(slots(query, Span(start, start + timedelta(microseconds=1)), now))


def _start_window(query: SlotQuery, within: Span, now: datetime) -> Interval | None:
    """Return the seconds at which a slot may start, by notice and horizon.

    None if there are none.
    """
    doctor, service, rules = query.doctor, query.service, query.rules
    if doctor.archived or service.archived or service.id not in doctor.service_ids:
        return None
    present = ceil_second(now)
    first = max(ceil_second(within.start), present + rules.minimum_notice_minutes * _MINUTE_SECONDS)
    end = min(ceil_second(within.end), present + rules.horizon_days * DAY_SECONDS)
    return (first, end) if first < end else None


def _service_seconds(service: Service) -> tuple[int, int, int]:
    """Return the duration and the buffers before and after, in seconds."""
    minutes = (service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes)
    duration, before, after = (length * _MINUTE_SECONDS for length in minutes)
    return duration, before, after


def _free_starts(query: SlotQuery, window: Interval) -> Iterator[int]:
    """Yield every start on the grid at which the doctor works and is free.

    Seconds since the epoch.
    """
    duration, before, after = _service_seconds(query.service)
    week = Week(query.doctor)
    days, grid_days = tee(local_days(query.doctor.time_zone, window[0], window[1] + duration))
    worked = (interval for day in days for interval in to_intervals(day, week.day(day.date).working))
    vacant = start_intervals(complement(busy_intervals(query.busy)), before + duration + after)
    free = ((start + before, end + before) for start, end in vacant)
    possible = intersect([window], intersect(start_intervals(worked, duration), free))
    return _snap_to_grid(grid_days, week, query.rules.slot_step_minutes * _MINUTE_SECONDS, possible)


def _snap_to_grid(
    days: Iterator[LocalDay], week: Week, step_seconds: int, possible: Iterable[Interval]
) -> Iterator[int]:
    """Yield the grid's starts that lie in ordered intervals."""
    day = next(days)
    for start, end in possible:
        while day.end <= start:
            day = next(days)
        yield from _grid_starts(day, week, step_seconds, (start, end))
        while day.end < end:
            day = next(days)
            yield from _grid_starts(day, week, step_seconds, (start, end))


def _grid_starts(day: LocalDay, week: Week, step_seconds: int, possible: Interval) -> Iterator[int]:
    times = grid_times(week.day(day.date).hours, step_seconds)
    since, until = max(possible[0], day.start, day.first_unrepeated), min(possible[1], day.end)
    first, end = bisect_left(times, since - day.midnight), bisect_left(times, until - day.midnight)
    return (day.midnight + time for time in times[first:end])
