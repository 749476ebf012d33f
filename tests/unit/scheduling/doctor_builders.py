"""Builders of doctors, services and spans."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from chalicelib.scheduling.model.doctor import Doctor, Hours, ScheduleException
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span

Week = Mapping[int, str]


def doctor(
    zone: str, hours: Week, *, breaks: Week | None = None, exceptions: Sequence[str] = (), name: str = "nunes"
) -> Doctor:
    """Build a doctor with the service `visit`.

    `{1: "09:00-12:00 13:00-17:00"}` are Monday's hours; `2026-12-24 closed` and `2026-12-24 09:00-12:00` are
    exceptions.
    """
    return Doctor(
        id=name,
        name=f"Dr. {name.title()}",
        time_zone=zone,
        specialty="",
        service_ids=["visit"],
        working_hours=_hours(hours),
        breaks=_hours(breaks or {}),
        exceptions=[_exception(*text.split()) for text in exceptions],
    )


def _hours(week: Week) -> list[Hours]:
    return [Hours(day, *each.split("-")) for day, text in week.items() for each in text.split()]


def _exception(date: str, what: str) -> ScheduleException:
    if what == "closed":
        return ScheduleException(date, closed=True)
    start, end = what.split("-")
    return ScheduleException(date, start=start, end=end)


def service(minutes: int, before: int = 0, after: int = 0) -> Service:
    """Build the service `visit`; minutes."""
    return Service("visit", "Visit", minutes, before, after, None, "#4f46e5")


def at(text: str) -> datetime:
    """Parse an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Span:
    """Build a span in UTC; the end may leave out a date that is the start's."""
    return Span(at(start), at(end if "T" in end else f"{start[:11]}{end}"))
