"""Doctors and services, and the wall-clock rules of a working week."""

import re
from dataclasses import dataclass, field
from typing import Annotated

from chalicelib.core.constraints import Between, Check, Length
from chalicelib.core.errors import Fault
from chalicelib.core.shape import Name, Shape, ZoneName

# Also read by the API's description, whose dialect has no full match and whose digits are ASCII.
_TIME = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
_COLOUR = "^#[0-9a-f]{6}$"


def _is_time(text: str) -> bool:
    return bool(re.fullmatch(_TIME, text))


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_colour(text: str) -> bool:
    return bool(re.fullmatch(_COLOUR, text))


WallTime = Annotated[str, Check(_is_time, "must be a time of day, for example 09:30", pattern=_TIME)]
Date = Annotated[str, Check(_is_date, "must be a date, for example 2026-01-31", format="date")]
Minutes = Annotated[int, Between(0, 24 * 60)]
Text = Annotated[str, Length(0, 200)]


@dataclass(frozen=True, slots=True)
class Hours(Shape):
    """A span of one weekday (ISO, 1 = Monday) on the doctor's wall clock, `HH:MM`."""

    weekday: Annotated[int, Between(1, 7)]
    start: WallTime
    end: WallTime


@dataclass(frozen=True, slots=True)
class ScheduleException(Shape):
    """A date that is unlike its weekday: closed, or with hours of its own."""

    date: Date
    closed: bool = False
    start: WallTime | None = None
    end: WallTime | None = None


@dataclass(frozen=True, slots=True)
class DoctorForm(Shape):
    """What one says of a doctor."""

    name: Name
    time_zone: ZoneName
    specialty: Text = ""
    service_ids: Annotated[list[str], Length(0, 100)] = field(default_factory=list)
    working_hours: Annotated[list[Hours], Length(0, 100)] = field(default_factory=list)
    breaks: Annotated[list[Hours], Length(0, 100)] = field(default_factory=list)
    exceptions: Annotated[list[ScheduleException], Length(0, 400)] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Doctor(Shape):
    """A doctor: where, for what, and when in the doctor's own zone."""

    id: str
    name: str
    time_zone: str
    specialty: str
    service_ids: list[str]
    working_hours: list[Hours]
    breaks: list[Hours]
    exceptions: list[ScheduleException]


@dataclass(frozen=True, slots=True)
class ServiceForm(Shape):
    """What one says of a service."""

    name: Name
    duration_minutes: Annotated[int, Between(5, 24 * 60)]
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 0
    price: Annotated[str, Length(0, 32)] | None = None
    color: Annotated[str, Check(_is_colour, "must be a colour, for example #4f46e5", pattern=_COLOUR)] = "#4f46e5"


@dataclass(frozen=True, slots=True)
class Service(Shape):
    """Something that is done in an appointment, and how long it takes."""

    id: str
    name: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: str | None
    color: str


def faults_of(form: DoctorForm) -> list[Fault]:
    """Every span that does not end after it starts, and every exception that says too much or too little."""
    faults = [
        Fault(f"{name}.{index}.end", "must be later than the start")
        for name, spans in (("workingHours", form.working_hours), ("breaks", form.breaks))
        for index, span in enumerate(spans)
        if span.end <= span.start
    ]
    for index, exception in enumerate(form.exceptions):
        fault = _fault_of(exception)
        if fault:
            faults.append(Fault(f"exceptions.{index}", fault))
    return faults


def _fault_of(exception: ScheduleException) -> str | None:
    hours = (exception.start, exception.end)
    if exception.closed:
        return "is closed and cannot have hours too" if any(hours) else None
    if exception.start is None or exception.end is None:
        return "must be closed, or have both a start and an end"
    return None if exception.start < exception.end else "must end later than it starts"
