"""When a search begins and ends: instants, or dates on a zone's calendar."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from chalicelib.core.http.constraints import Length, Predicate
from chalicelib.core.http.errors import FieldError
from chalicelib.core.http.schema import parse_instant

_MAX_RANGE = timedelta(days=366)
_DATE_PATTERN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A day less at either end, so that no zone leads out of the calendar.
_FIRST, _LAST = date(1900, 1, 2), date(2999, 12, 30)


def _parse_date(text: str) -> date | None:
    if not _DATE_PATTERN.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


def _is_date_or_instant(text: str) -> bool:
    return _parse_date(text) is not None or parse_instant(text) is not None


DateOrInstant = Annotated[
    str,
    Length(0, 40),
    Predicate(_is_date_or_instant, "must be a date, or a time with its offset, for example 2026-01-31T09:00:00Z"),
]


def to_instant(moment: str, zone: str) -> datetime:
    """The instant that a text names; a date names the first instant that the zone's calendar reads so, or the next
    one if the zone left that date or its midnight out.
    """
    from zoneinfo import ZoneInfo

    day = _parse_date(moment)
    if day is None:
        instant = parse_instant(moment)
        if instant is None:
            raise ValueError(moment)
        return instant
    # Of a midnight that is left out zoneinfo gives the instant of the leap (PEP 495, with `fold` 0).
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def range_errors(start: datetime | None, end: datetime | None) -> list[FieldError]:
    """What is wrong with a range of which both ends, or one, are given."""
    if start is None or end is None:
        return []
    if end <= start:
        return [FieldError("to", "must be later than from")]
    return [FieldError("to", "must be at most 366 days later than from")] if end - start > _MAX_RANGE else []
