"""Local days of a time zone: intervals that each have one date and one offset from UTC."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from chalicelib.scheduling.model.availability.intervals import Interval

DAY_SECONDS = 24 * 60 * 60
_BLOCK_SECONDS = 32 * DAY_SECONDS


class LocalDay(NamedTuple):
    """The instants from `start` to `end`, which share one local date and one offset.

    `date` counts days from 1970-01-01; everything else is in seconds since the epoch. A local time of that date is
    read at `midnight` plus its seconds, which may lie outside of this interval: a date has several intervals where
    the offset changes, and none if it is skipped. Readings before `first_unrepeated` occurred before.
    """

    date: int
    midnight: int
    start: int
    end: int
    first_unrepeated: int


def local_days(zone: str, start: int, end: int) -> Iterator[LocalDay]:
    """Yield the local days from `start` to `end` (seconds since the epoch), in order.

    No offset reaches 24 hours, so a reading is never repeated after two days.
    """
    latest = start - 3 * DAY_SECONDS
    for (since, until), offset in _offsets(zone, start - 2 * DAY_SECONDS, end):
        at = max(since, start)
        while at < until:
            date = (at + offset) // DAY_SECONDS
            midnight = date * DAY_SECONDS - offset
            next_at = min(midnight + DAY_SECONDS, until)
            yield LocalDay(date, midnight, at, next_at, latest - offset)
            at = next_at
        latest = max(latest, until + offset)


def _offsets(zone: str, start: int, end: int) -> Iterator[tuple[Interval, int]]:
    for block in range(start // _BLOCK_SECONDS, -(-end // _BLOCK_SECONDS)):
        for (since, until), offset in _block_offsets(zone, block):
            if since < end and start < until:
                yield (max(since, start), min(until, end)), offset


@lru_cache(maxsize=2048)
def _block_offsets(zone: str, block: int) -> tuple[tuple[Interval, int], ...]:
    """Return the offsets in a block of 32 days since the epoch, with their intervals.

    In seconds. zoneinfo has no list of a zone's changes, so we compare each day with the next and bisect a change.
    No two changes of an offset in the time zone database (2026f) are less than three days apart.
    """
    first, end = block * _BLOCK_SECONDS, (block + 1) * _BLOCK_SECONDS
    offsets, since, before = [], first, first
    for at in [*range(first + DAY_SECONDS, end, DAY_SECONDS), end - 1]:
        offset = _offset(zone, since)
        if _offset(zone, at) != offset:
            days = range(before, at)
            change = before + bisect_right(days, x=False, key=lambda second: _offset(zone, second) != offset)
            offsets.append(((since, change), offset))
            since = change
        before = at
    return (*offsets, ((since, end), _offset(zone, since)))


def _offset(zone: str, second: int) -> int:
    """Return the offset in seconds east of UTC."""
    from zoneinfo import ZoneInfo

    read = datetime.fromtimestamp(second, ZoneInfo(zone))
    return int(read.replace(tzinfo=UTC).timestamp()) - second
