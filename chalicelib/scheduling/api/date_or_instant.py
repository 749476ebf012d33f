"""The bounds of a search: instants, or dates on a time zone's calendar."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from chalicelib.core.http.constraints import Length, Predicate
from chalicelib.core.http.errors import EMPTY_RANGE, FieldError
from chalicelib.core.http.schema import parse_instant

_MAX_RANGE = timedelta(days=366)
_DATE_PATTERN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# One day inside the years that we accept, so that no offset leads out of them.
_FIRST, _LAST = date(1900, 1, 2), date(2999, 12, 30)


def _parse_date(text: str) -> date | None:
    if not _DATE_PATTERN.fullmatch(text):
        return None
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        return None
    return parsed if _FIRST <= parsed <= _LAST else None


def _is_date_or_instant(text: str) -> bool:
    return _parse_date(text) is not None or parse_instant(text) is not None


DateOrInstant = Annotated[
    str,
    Length(0, 40),
    Predicate(_is_date_or_instant, "must be a date, or a time with its offset, for example 2026-01-31T09:00:00Z"),
]


def to_instant(text: str, zone: str) -> datetime:
    """Convert a date or an instant to an instant in UTC.

    A date stands for its first instant in the zone; if the zone skipped that midnight, for the next instant.
    """
    from zoneinfo import ZoneInfo

    day = _parse_date(text)
    if day is None:
        instant = parse_instant(text)
        if instant is None:
            raise ValueError(text)
        return instant
    # For a skipped midnight zoneinfo returns the instant of the change (PEP 495, `fold` 0).
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def range_errors(start: datetime | None, end: datetime | None) -> list[FieldError]:
    """Return the errors of a range; an open range has none."""
    if start is None or end is None:
        return []
    if end <= start:
        return [EMPTY_RANGE]
    return [FieldError("to", "must be at most 366 days later than from")] if end - start > _MAX_RANGE else []
