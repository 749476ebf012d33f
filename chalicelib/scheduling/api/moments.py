"""When a search begins and ends: instants, or dates on a zone's calendar."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from chalicelib.core.constraints import Check, Length
from chalicelib.core.errors import Fault
from chalicelib.core.shape import instant_of

_LONGEST = timedelta(days=366)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A day less at either end, so that no zone leads out of the calendar.
_FIRST, _LAST = date(1900, 1, 2), date(2999, 12, 30)


def _date_of(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


def _is_moment(text: str) -> bool:
    return _date_of(text) is not None or instant_of(text) is not None


Moment = Annotated[
    str,
    Length(0, 40),
    Check(_is_moment, "must be a date, or a time with its offset, for example 2026-01-31T09:00:00Z"),
]


def read(moment: str, zone: str) -> datetime:
    """The instant that a text names; a date names the first instant that the zone's calendar reads so, or the next
    one if the zone left that date or its midnight out.
    """
    from zoneinfo import ZoneInfo

    day = _date_of(moment)
    if day is None:
        instant = instant_of(moment)
        if instant is None:
            raise ValueError(moment)
        return instant
    # Of a midnight that is left out zoneinfo gives the instant of the leap (PEP 495, with `fold` 0).
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def faults_of_range(start: datetime | None, end: datetime | None) -> list[Fault]:
    """What is wrong with a range of which both ends, or one, are given."""
    if start is None or end is None:
        return []
    if end <= start:
        return [Fault("to", "must be later than from")]
    return [Fault("to", "must be at most 366 days later than from")] if end - start > _LONGEST else []
