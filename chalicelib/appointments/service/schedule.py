"""A doctor's schedule: working time, breaks, appointments and holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.appointments.service.appointments import iterate_between
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.allocation import MAX_APPOINTMENT_HOURS
from chalicelib.scheduling.model.availability.working import breaks_in, working_time
from chalicelib.scheduling.model.doctor import DOCTOR_NOT_FOUND
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import list_reservations
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# Calendars show a month as six weeks.
_MAX_RANGE = timedelta(days=42)
_MAX_APPOINTMENT_DURATION = timedelta(hours=MAX_APPOINTMENT_HOURS)


@dataclass(frozen=True, slots=True)
class TimeRange(Schema):
    """A half-open range of time: `start` is included, `end` is not."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class HeldSlot(Schema):
    """A slot that a patient holds while typing."""

    hold_id: str
    start: datetime
    end: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule(Schema):
    """A doctor's working time, breaks, appointments and holds in a period.

    Each list is in order of time, and has what overlaps the period. Appointments of every status are included;
    cancelled and missed ones take no time.
    """

    doctor_id: str
    time_zone: str
    working_time: list[TimeRange]
    breaks: list[TimeRange]
    appointments: list[Appointment]
    holds: list[HeldSlot]


def get_schedule(principal: Principal, doctor_id: str, within: Span, *, clock: Clock = utc_now) -> Schedule:
    """Return a doctor's schedule from `within.start` until before `within.end`.

    Three queries or more.

    Raises:
        NotFound: unknown doctor.
        ValidationFailed: the period is empty, or longer than six weeks.
    """
    if not timedelta() < within.end - within.start <= _MAX_RANGE:
        raise ValidationFailed([FieldError("to", f"must be later than from, by {_MAX_RANGE.days} days at most")])
    tenant_id = principal.tenant_id
    doctor = load_schedule(tenant_id).doctors.get(doctor_id)
    if doctor is None:
        raise NotFound(DOCTOR_NOT_FOUND)
    found = iterate_between(tenant_id, Span(within.start - _MAX_APPOINTMENT_DURATION, within.end))
    reservations = list_reservations(tenant_id, doctor_id, within, clock=clock)
    return Schedule(
        doctor_id,
        doctor.time_zone,
        [TimeRange(*span) for span in working_time(doctor, within)],
        [TimeRange(*span) for span in breaks_in(doctor, within)],
        [each for each in found if each.doctor_id == doctor_id and each.ends_at > within.start],
        [HeldSlot(each.id, *each.span, each.expires_at) for each in reservations if each.expires_at is not None],
    )
