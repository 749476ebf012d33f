"""A slow reference of availability, written independently: it reads the wall clock minute by minute.

Exact where offsets are whole minutes, as everywhere since 1972.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from chalicelib.scheduling.model.availability.slots import SlotQuery
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.span import Span

MINUTE = timedelta(minutes=1)


class ReferenceClock:
    """A doctor's wall clock with the hours, breaks and exceptions."""

    def __init__(self, doctor: Doctor) -> None:
        self.doctor = doctor
        self.zone = ZoneInfo(doctor.time_zone)
        self._known: dict[datetime, bool] = {}

    def works(self, instant: datetime) -> bool:
        """Return whether an instant is working time."""
        if instant not in self._known:
            local = instant.astimezone(self.zone)
            self._known[instant] = lies_in_any(local, self.hours_of(local)) and not self._pauses(local)
        return self._known[instant]

    def pauses(self, instant: datetime) -> bool:
        """Return whether an instant lies in a break that interrupts working hours."""
        local = instant.astimezone(self.zone)
        return lies_in_any(local, self.hours_of(local)) and self._pauses(local)

    def _pauses(self, local: datetime) -> bool:
        breaks = [each for each in self.doctor.breaks if each.weekday == local.isoweekday()]
        return lies_in_any(local, [(minutes(each.start), minutes(each.end)) for each in breaks])

    def hours_of(self, local: datetime) -> list[tuple[int, int]]:
        """Return the hours of a local date before breaks, in minutes of the day."""
        today = [each for each in self.doctor.exceptions if each.date == local.date().isoformat()]
        weekly = [each for each in self.doctor.working_hours if each.weekday == local.isoweekday()]
        hours = [] if any(each.closed for each in today) else [(each.start, each.end) for each in weekly]
        extra = [(each.start, each.end) for each in today if each.start and each.end]
        return [(minutes(start), minutes(end)) for start, end in hours + extra]

    def begins_a_step(self, instant: datetime, step_minutes: int) -> bool:
        """Return whether an instant is the first one with the reading of a step."""
        local = instant.astimezone(self.zone)
        if local.fold or local.second or local.microsecond:
            return False
        now = local.hour * 60 + local.minute
        return any(start <= now < end and (now - start) % step_minutes == 0 for start, end in self.hours_of(local))


def minutes(time: str) -> int:
    """Return the minutes after midnight."""
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def lies_in_any(local: datetime, spans: list[tuple[int, int]]) -> bool:
    """Return whether a local time lies in one of these half-open spans of its day."""
    return any(start <= local.hour * 60 + local.minute < end for start, end in spans)


def each_minute(within: Span) -> Iterator[datetime]:
    """Yield the whole minutes in a span."""
    at = within.start.astimezone(UTC).replace(second=0, microsecond=0)
    while at < within.end:
        if at >= within.start:
            yield at
        at += MINUTE


def reference_starts(offer: SlotQuery, within: Span, now: datetime) -> list[datetime]:
    """Return every bookable start in a span."""
    clock = ReferenceClock(offer.doctor)
    return [at for at in each_minute(within) if is_free(offer, clock, at, now)]


def is_free(offer: SlotQuery, clock: ReferenceClock, start: datetime, now: datetime) -> bool:
    """Check the conditions of the definition, the quickest first."""
    return (
        clock.begins_a_step(start, offer.rules.slot_step_minutes)
        and _is_given(offer)
        and _is_in_time(offer, start, now)
        and _has_its_things(offer, start)
        and all(clock.works(start + count * MINUTE) for count in range(offer.service.duration_minutes))
    )


def _is_given(offer: SlotQuery) -> bool:
    doctor, service = offer.doctor, offer.service
    return not doctor.archived and not service.archived and service.id in doctor.service_ids


def _is_in_time(offer: SlotQuery, start: datetime, now: datetime) -> bool:
    rules = offer.rules
    earliest = now + timedelta(minutes=rules.minimum_notice_minutes)
    return earliest <= start < now + timedelta(hours=24 * rules.horizon_days)


def _has_its_things(offer: SlotQuery, start: datetime) -> bool:
    service = offer.service
    taken = Span(
        start - timedelta(minutes=service.buffer_before_minutes),
        start + timedelta(minutes=service.duration_minutes + service.buffer_after_minutes),
    )
    if any(taken.overlaps(busy) for busy in offer.busy):
        return False
    choices = [
        [name for name, busy in need.items() if not any(taken.overlaps(span) for span in busy)]
        for need in offer.needs
    ]
    return any(len(set(chosen)) == len(chosen) for chosen in product(*choices))
