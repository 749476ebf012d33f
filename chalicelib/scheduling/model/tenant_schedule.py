"""Doctors, services, rooms and devices, the wall-clock rules of a working week, and the rules of booking."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal

from chalicelib.core.http.constraints import Length, Predicate, Range
from chalicelib.core.http.schema import Name, Schema, ZoneName
from chalicelib.scheduling.model.span import CELL_MINUTES, Span

# Also read by the API's description, whose dialect has no full match and whose digits are ASCII.
_TIME_PATTERN = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
_COLOR_PATTERN = "^#[0-9a-f]{6}$"


def _is_time(text: str) -> bool:
    return bool(re.fullmatch(_TIME_PATTERN, text))


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_color(text: str) -> bool:
    return bool(re.fullmatch(_COLOR_PATTERN, text))


def _is_multiple_of_cell(minutes: int) -> bool:
    return minutes % CELL_MINUTES == 0


WallTime = Annotated[str, Predicate(_is_time, "must be a time of day, for example 09:30", pattern=_TIME_PATTERN)]
Date = Annotated[str, Predicate(_is_date, "must be a date, for example 2026-01-31", format="date")]
Minutes = Annotated[int, Range(0, 24 * 60)]
Duration = Annotated[int, Range(5, 24 * 60)]
ShortText = Annotated[str, Length(0, 200)]
Price = Annotated[str, Length(0, 32)]
Color = Annotated[str, Predicate(_is_color, "must be a colour, for example #4f46e5", pattern=_COLOR_PATTERN)]


@dataclass(frozen=True, slots=True)
class Hours(Schema):
    """A span of one weekday (ISO, 1 = Monday) on the doctor's wall clock, `HH:MM`."""

    weekday: Annotated[int, Range(1, 7)]
    start: WallTime
    end: WallTime


@dataclass(frozen=True, slots=True)
class ScheduleException(Schema):
    """A date that is unlike its weekday: closed, which takes its weekly hours away, or with extra hours, which are
    added to those that it has. Both together, as two exceptions, give a date other hours.
    """

    date: Date
    closed: bool = False
    start: WallTime | None = None
    end: WallTime | None = None


@dataclass(frozen=True, slots=True)
class DoctorForm(Schema):
    """What one says of a doctor."""

    name: Name
    time_zone: ZoneName
    specialty: ShortText = ""
    service_ids: Annotated[list[str], Length(0, 100)] = field(default_factory=list)
    working_hours: Annotated[list[Hours], Length(0, 100)] = field(default_factory=list)
    breaks: Annotated[list[Hours], Length(0, 100)] = field(default_factory=list)
    exceptions: Annotated[list[ScheduleException], Length(0, 400)] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Doctor(Schema):
    """A doctor: where, for what, and when in the doctor's own zone."""

    id: str
    name: str
    time_zone: str
    specialty: str
    service_ids: list[str]
    working_hours: list[Hours]
    breaks: list[Hours]
    exceptions: list[ScheduleException]
    # Works here no longer, and is kept for the appointments that name them.
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Need(Schema):
    """A room or device that a service needs: any one of these."""

    any_of: Annotated[list[str], Length(1, 20)]


@dataclass(frozen=True, slots=True)
class ServiceForm(Schema):
    """What one says of a service."""

    name: Name
    duration_minutes: Duration
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 0
    price: Price | None = None
    color: Color = "#4f46e5"
    needs: Annotated[list[Need], Length(0, 3)] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Service(Schema):
    """Something that is done in an appointment: how long it takes, and which rooms and devices.

    The buffers are kept free before and after; a doctor and all that is needed are taken for both of them too.
    """

    id: str
    name: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: str | None
    color: str
    needs: list[Need] = field(default_factory=list)
    # Is offered no longer, and is kept for the appointments that name it.
    archived: bool = False

    def occupied_span(self, start: datetime, end: datetime | None = None) -> Span:
        """What an appointment takes with its buffers; without an end it lasts as long as its service."""
        last = end or start + timedelta(minutes=self.duration_minutes)
        before, after = (
            timedelta(minutes=each) for each in (self.buffer_before_minutes, self.buffer_after_minutes)
        )
        return Span(start - before, last + after)


ResourceKind = Literal["room", "device"]


@dataclass(frozen=True, slots=True)
class ResourceForm(Schema):
    """What one says of a room or a device."""

    name: Name
    kind: ResourceKind = "room"


@dataclass(frozen=True, slots=True)
class Resource(Schema):
    """A room or a device, which serves one appointment at a time."""

    id: str
    name: str
    kind: ResourceKind
    archived: bool = False


@dataclass(frozen=True, slots=True)
class BookingRules(Schema):
    """How a practice lets patients book; staff may do as they think right.

    Patients book no later than `minimum_notice_minutes` before the start and no further ahead than `horizon_days`.
    Starts are offered every `slot_step_minutes` of the wall clock from the beginning of each working span.
    Patients can change or cancel until `change_cutoff_minutes` before the start.
    """

    minimum_notice_minutes: Annotated[int, Range(0, 60 * 24 * 60)] = 120
    horizon_days: Annotated[int, Range(1, 366)] = 90
    slot_step_minutes: Annotated[
        int, Range(5, 240), Predicate(_is_multiple_of_cell, "must be a multiple of 5")
    ] = 15
    change_cutoff_minutes: Annotated[int, Range(0, 60 * 24 * 60)] = 60


@dataclass(frozen=True, slots=True)
class TenantSchedule:
    """All that a practice has set up, archived ones included, each by its id."""

    doctors: Mapping[str, Doctor]
    services: Mapping[str, Service]
    resources: Mapping[str, Resource]
    rules: BookingRules
