"""Doctors and the wall-clock rules of their week."""

import re
from dataclasses import dataclass, field
from typing import Annotated

from chalicelib.core.http.constraints import Length, Predicate, Range
from chalicelib.core.http.schema import Name, Schema, ZoneName

# OpenAPI carries the same pattern. Its dialect has no full match, and [0-9] keeps the digits ASCII.
_TIME_PATTERN = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"

DOCTOR_NOT_FOUND = "There is no doctor with this id."


def _is_time(text: str) -> bool:
    return bool(re.fullmatch(_TIME_PATTERN, text))


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


WallTime = Annotated[str, Predicate(_is_time, "must be a time of day, for example 09:30", pattern=_TIME_PATTERN)]
Date = Annotated[str, Predicate(_is_date, "must be a date, for example 2026-01-31", format="date")]
ShortText = Annotated[str, Length(0, 200)]


@dataclass(frozen=True, slots=True)
class Hours(Schema):
    """A span of one weekday on the doctor's wall clock, `HH:MM`.

    Weekdays are those of ISO 8601: 1 is Monday.
    """

    weekday: Annotated[int, Range(1, 7)]
    start: WallTime
    end: WallTime


@dataclass(frozen=True, slots=True)
class ScheduleException(Schema):
    """A date that differs from its weekday.

    `closed` removes the weekly hours of that date; `start` and `end` add hours to it. Two exceptions, one of each
    kind, replace the hours of a date.
    """

    date: Date
    closed: bool = False
    start: WallTime | None = None
    end: WallTime | None = None


ServiceIds = Annotated[list[str], Length(0, 100)]
WeeklyHours = Annotated[list[Hours], Length(0, 100)]
ScheduleExceptions = Annotated[list[ScheduleException], Length(0, 400)]


@dataclass(frozen=True, slots=True)
class DoctorForm(Schema):
    """A new doctor."""

    name: Name
    time_zone: ZoneName
    specialty: ShortText = ""
    service_ids: ServiceIds = field(default_factory=list)
    working_hours: WeeklyHours = field(default_factory=list)
    breaks: WeeklyHours = field(default_factory=list)
    exceptions: ScheduleExceptions = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Doctor(Schema):
    """A doctor, the services on offer, and the hours in the doctor's time zone.

    An archived doctor cannot be booked and is kept for the appointments of the past.
    """

    id: str
    name: str
    time_zone: str
    specialty: str
    service_ids: list[str]
    working_hours: list[Hours]
    breaks: list[Hours]
    exceptions: list[ScheduleException]
    archived: bool = False
