"""Which starts can be offered: pure functions from rules, zone and occupied time to slots."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, tee
from operator import attrgetter

from chalicelib.core.shape import Shape
from chalicelib.scheduling.model.availability.local_days import DAY_SECONDS, LocalDay, local_days
from chalicelib.scheduling.model.availability.occupied import Candidates, Needs, occupied
from chalicelib.scheduling.model.availability.stretches import (
    Stretch,
    gaps,
    instant_of,
    second_from,
    shared,
    starts_within,
)
from chalicelib.scheduling.model.availability.week import Week, starts_of
from chalicelib.scheduling.model.availability.working import seconds_of
from chalicelib.scheduling.model.practice import BookingRules, Doctor, Service
from chalicelib.scheduling.model.span import Span

_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Slot(Shape):
    """A start that is offered with one doctor, and the end that it leads to, both without buffers."""

    doctor_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """One doctor with one service, and what is occupied.

    `busy` is the doctor's occupied time, the buffers of what occupies it included, in any order. `needs` has for
    each thing that the service needs the occupied time of each candidate, by the candidate's id. One must be free,
    and one candidate cannot serve two needs.
    """

    doctor: Doctor
    service: Service
    rules: BookingRules
    busy: Sequence[Span] = ()
    needs: Needs = ()


def slots(offer: Offer, within: Span, now: datetime) -> Iterator[Slot]:
    """The slots that start in `within`, in order of time, found as they are asked for.

    A start is every step of the doctor's clock from the beginning of each of a date's hours, at the first instant
    that reads so. The service is then done in working time, and fits with its buffers between what is occupied.
    """
    window = _window(offer, within, now)
    if window is None:
        return
    lasts, before, after = _lengths(offer.service)
    candidates = Candidates(offer.needs)
    for start in _starts(offer, window):
        if candidates.suffice(start - before, start + lasts + after):
            yield Slot(offer.doctor.id, instant_of(start), instant_of(start + lasts))


def in_order(several: Iterable[Iterator[Slot]]) -> Iterator[Slot]:
    """The slots of several doctors in one order of time; those that start together as the doctors were given."""
    return merge(*several, key=attrgetter("start"))


def next_slots(offers: Iterable[Offer], within: Span, now: datetime, limit: int) -> list[Slot]:
    """The first slots of several offers that start in `within`, at most so many, in order as above."""
    return list(islice(in_order(slots(offer, within, now) for offer in offers), limit))


def is_offered(offer: Offer, start: datetime, now: datetime) -> bool:
    """Whether a slot with this very start is offered."""
    return any(slots(offer, Span(start, start + timedelta(microseconds=1)), now))


def _window(offer: Offer, within: Span, now: datetime) -> Stretch | None:
    """From the first second that a slot may start at to the one after the last."""
    doctor, service, rules = offer.doctor, offer.service, offer.rules
    if doctor.archived or service.archived or service.id not in doctor.service_ids:
        return None
    present = second_from(now)
    first = max(second_from(within.start), present + rules.minimum_notice_minutes * _MINUTE_SECONDS)
    end = min(second_from(within.end), present + rules.horizon_days * DAY_SECONDS)
    return (first, end) if first < end else None


def _lengths(service: Service) -> tuple[int, int, int]:
    """How long it lasts, and its buffers before and after; seconds."""
    minutes = (service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes)
    lasts, before, after = (each * _MINUTE_SECONDS for each in minutes)
    return lasts, before, after


def _starts(offer: Offer, window: Stretch) -> Iterator[int]:
    """Every start at which the doctor works and is free; seconds since the epoch."""
    lasts, before, after = _lengths(offer.service)
    week = Week(offer.doctor)
    days, days_again = tee(local_days(offer.doctor.time_zone, window[0], window[1] + lasts))
    worked = (stretch for day in days for stretch in seconds_of(day, week.day(day.date).working))
    vacant = starts_within(gaps(occupied(offer.busy)), before + lasts + after)
    free = ((start + before, end + before) for start, end in vacant)
    possible = shared([window], shared(starts_within(worked, lasts), free))
    return _on_the_grid(days_again, week, offer.rules.slot_step_minutes * _MINUTE_SECONDS, possible)


def _on_the_grid(
    days: Iterator[LocalDay], week: Week, step_seconds: int, possible: Iterable[Stretch]
) -> Iterator[int]:
    """The steps of each date's hours that lie in stretches in order, at the first instant that reads so."""
    day = next(days)
    for start, end in possible:
        while day.end <= start:
            day = next(days)
        yield from _steps(day, week, step_seconds, (start, end))
        while day.end < end:
            day = next(days)
            yield from _steps(day, week, step_seconds, (start, end))


def _steps(day: LocalDay, week: Week, step_seconds: int, possible: Stretch) -> Iterator[int]:
    times = starts_of(week.day(day.date).hours, step_seconds)
    since, until = max(possible[0], day.start, day.fresh), min(possible[1], day.end)
    first, end = bisect_left(times, since - day.midnight), bisect_left(times, until - day.midnight)
    return (day.midnight + time for time in times[first:end])
