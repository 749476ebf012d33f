"""One doctor's calendar: when they work and pause, what is booked, and what is held."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.appointments.model import Appointment
from chalicelib.appointments.service.record import all_between
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Fault, Invalid, NotFound
from chalicelib.core.shape import Shape
from chalicelib.scheduling.model import Span
from chalicelib.scheduling.model.availability import breaks_in, working_time
from chalicelib.scheduling.model.cells import MOST_HOURS
from chalicelib.scheduling.service import cells, practice

# Six weeks are a month as calendars show it.
_LONGEST = timedelta(days=42)
_LONGEST_APPOINTMENT = timedelta(hours=MOST_HOURS)


@dataclass(frozen=True, slots=True)
class Stretch(Shape):
    """A half-open stretch of time."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class HeldSlot(Shape):
    """A slot that a patient keeps while they type."""

    hold_id: str
    start: datetime
    end: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule(Shape):
    """What lies in a stretch of a doctor's time, wholly or in part; each list in order of time.

    Appointments of every status are there: those that are cancelled or were missed take no time.
    """

    doctor_id: str
    time_zone: str
    working_time: list[Stretch]
    breaks: list[Stretch]
    appointments: list[Appointment]
    holds: list[HeldSlot]


def schedule(principal: Principal, doctor_id: str, within: Span, *, clock: Clock = utc_now) -> Schedule:
    """A doctor's calendar from `within.start` until before `within.end`; three queries, more if much is booked.

    Raises:
        NotFound: there is no such doctor.
        Invalid: it ends before it starts, or is longer than six weeks.
    """
    if not timedelta() < within.end - within.start <= _LONGEST:
        raise Invalid([Fault("to", f"must be later than from, by {_LONGEST.days} days at most")])
    tenant_id = principal.tenant_id
    doctor = practice.setup_of(tenant_id).doctors.get(doctor_id)
    if doctor is None:
        raise NotFound("There is no doctor with this id.")
    found = all_between(tenant_id, Span(within.start - _LONGEST_APPOINTMENT, within.end))
    occupants = cells.occupants(tenant_id, doctor_id, within, clock=clock)
    return Schedule(
        doctor_id,
        doctor.time_zone,
        [Stretch(*span) for span in working_time(doctor, within)],
        [Stretch(*span) for span in breaks_in(doctor, within)],
        [one for one in found if one.doctor_id == doctor_id and one.ends_at > within.start],
        [HeldSlot(one.id, *one.span, one.until) for one in occupants if one.until is not None],
    )
