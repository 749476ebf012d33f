"""Which starts can be offered: pure functions from rules, zone and occupied time to slots."""

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
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import BookingRules, Doctor, Service

_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Slot(Schema):
    """A start that is offered with one doctor, and the end that it leads to, both without buffers."""

    doctor_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """One doctor with one service, and what is occupied.

    `busy` is the doctor's occupied time, the buffers of what occupies it included, in any order. `needs` has for
    each thing that the service needs the occupied time of each candidate, by the candidate's id. One must be free,
    and one candidate cannot serve two needs.
    """

    doctor: Doctor
    service: Service
    rules: BookingRules
    busy: Sequence[Span] = ()
    needs: BusyByNeed = ()


def slots(query: SlotQuery, within: Span, now: datetime) -> Iterator[Slot]:
    """The slots that start in `within`, in order of time, found as they are asked for.

    A start is every step of the doctor's clock from the beginning of each of a date's hours, at the first instant
    that reads so. The service is then done in working time, and fits with its buffers between what is occupied.
    """
    window = _start_window(query, within, now)
    if window is None:
        return
    lasts, before, after = _service_seconds(query.service)
    candidates = Candidates(query.needs)
    for start in _free_starts(query, window):
        if candidates.can_satisfy(start - before, start + lasts + after):
            yield Slot(query.doctor.id, to_instant(start), to_instant(start + lasts))


def merge_slots(several: Iterable[Iterator[Slot]]) -> Iterator[Slot]:
    """The slots of several doctors in one order of time; those that start together as the doctors were given."""
    return merge(*several, key=attrgetter("start"))


def next_slots(queries: Iterable[SlotQuery], within: Span, now: datetime, limit: int) -> list[Slot]:
    """The first slots of several offers that start in `within`, at most so many, in order as above."""
    return list(islice(merge_slots(slots(offer, within, now) for offer in queries), limit))


def is_offered(query: SlotQuery, start: datetime, now: datetime) -> bool:
    """Whether a slot with this very start is offered."""
    return any(slots(query, Span(start, start + timedelta(microseconds=1)), now))


def _start_window(query: SlotQuery, within: Span, now: datetime) -> Interval | None:
    """From the first second that a slot may start at to the one after the last."""
    doctor, service, rules = query.doctor, query.service, query.rules
    if doctor.archived or service.archived or service.id not in doctor.service_ids:
        return None
    present = ceil_second(now)
    first = max(ceil_second(within.start), present + rules.minimum_notice_minutes * _MINUTE_SECONDS)
    end = min(ceil_second(within.end), present + rules.horizon_days * DAY_SECONDS)
    return (first, end) if first < end else None


def _service_seconds(service: Service) -> tuple[int, int, int]:
    """How long it lasts, and its buffers before and after; seconds."""
    minutes = (service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes)
    lasts, before, after = (each * _MINUTE_SECONDS for each in minutes)
    return lasts, before, after


def _free_starts(query: SlotQuery, window: Interval) -> Iterator[int]:
    """Every start at which the doctor works and is free; seconds since the epoch."""
    lasts, before, after = _service_seconds(query.service)
    week = Week(query.doctor)
    days, days_again = tee(local_days(query.doctor.time_zone, window[0], window[1] + lasts))
    worked = (stretch for day in days for stretch in to_intervals(day, week.day(day.date).working))
    vacant = start_intervals(complement(busy_intervals(query.busy)), before + lasts + after)
    free = ((start + before, end + before) for start, end in vacant)
    possible = intersect([window], intersect(start_intervals(worked, lasts), free))
    return _snap_to_grid(days_again, week, query.rules.slot_step_minutes * _MINUTE_SECONDS, possible)


def _snap_to_grid(
    days: Iterator[LocalDay], week: Week, step_seconds: int, possible: Iterable[Interval]
) -> Iterator[int]:
    """The steps of each date's hours that lie in stretches in order, at the first instant that reads so."""
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
