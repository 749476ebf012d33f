"""One doctor's calendar: when they work and pause, what is booked, and what is held."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.appointments.model import Appointment
from chalicelib.appointments.service.appointments import iterate_between
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.allocation import MAX_APPOINTMENT_HOURS
from chalicelib.scheduling.model.availability.working import breaks_in, working_time
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import list_reservations
from chalicelib.scheduling.service.tenant_schedule import load_schedule

# Six weeks are a month as calendars show it.
_MAX_RANGE = timedelta(days=42)
_MAX_APPOINTMENT_DURATION = timedelta(hours=MAX_APPOINTMENT_HOURS)


@dataclass(frozen=True, slots=True)
class TimeRange(Schema):
    """A half-open stretch of time."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class HeldSlot(Schema):
    """A slot that a patient keeps while they type."""

    hold_id: str
    start: datetime
    end: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule(Schema):
    """What lies in a stretch of a doctor's time, wholly or in part; each list in order of time.

    Appointments of every status are there: those that are cancelled or were missed take no time.
    """

    doctor_id: str
    time_zone: str
    working_time: list[TimeRange]
    breaks: list[TimeRange]
    appointments: list[Appointment]
    holds: list[HeldSlot]


def get_schedule(principal: Principal, doctor_id: str, within: Span, *, clock: Clock = utc_now) -> Schedule:
    """A doctor's calendar from `within.start` until before `within.end`; three queries, more if much is booked.

    Raises:
        NotFound: there is no such doctor.
        Invalid: it ends before it starts, or is longer than six weeks.
    """
    if not timedelta() < within.end - within.start <= _MAX_RANGE:
        raise ValidationFailed([FieldError("to", f"must be later than from, by {_MAX_RANGE.days} days at most")])
    tenant_id = principal.tenant_id
    doctor = load_schedule(tenant_id).doctors.get(doctor_id)
    if doctor is None:
        raise NotFound("There is no doctor with this id.")
    found = iterate_between(tenant_id, Span(within.start - _MAX_APPOINTMENT_DURATION, within.end))
    occupants = list_reservations(tenant_id, doctor_id, within, clock=clock)
    return Schedule(
        doctor_id,
        doctor.time_zone,
        [TimeRange(*span) for span in working_time(doctor, within)],
        [TimeRange(*span) for span in breaks_in(doctor, within)],
        [one for one in found if one.doctor_id == doctor_id and one.ends_at > within.start],
        [HeldSlot(one.id, *one.span, one.expires_at) for one in occupants if one.expires_at is not None],
    )
