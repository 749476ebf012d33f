"""A zone's clock from instants to readings: stretches that each read one date at one offset from UTC."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from chalicelib.scheduling.model.availability.intervals import Interval

DAY_SECONDS = 24 * 60 * 60
_BLOCK_SECONDS = 32 * DAY_SECONDS


class LocalDay(NamedTuple):
    """Instants from `start` to `end` that read one date, which is so many days after 1970-01-01, at one offset.

    A time of that day is read at `midnight` and so many seconds, which may lie outside of this stretch: a date has
    several where the offset changes, and none when it is skipped. What is read before `fresh` was read before.
    All but the date are seconds since the epoch.
    """

    date: int
    midnight: int
    start: int
    end: int
    first_unrepeated: int


def local_days(zone: str, start: int, end: int) -> Iterator[LocalDay]:
    """The instants from `start` to `end`, two seconds since the epoch, as a zone's clock reads them; in order.

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
    """The offsets in a block of 32 days since the epoch, in seconds, and from when to when they hold.

    zoneinfo does not tell when a zone changes, so each day is asked and a change is looked for by halves. The time
    zone database (2026f) has no two changes of an offset within three days of each other, in any year.
    """
    first, end = block * _BLOCK_SECONDS, (block + 1) * _BLOCK_SECONDS
    found, since, before = [], first, first
    for at in [*range(first + DAY_SECONDS, end, DAY_SECONDS), end - 1]:
        offset = _offset(zone, since)
        if _offset(zone, at) != offset:
            days = range(before, at)
            change = before + bisect_right(days, x=False, key=lambda second: _offset(zone, second) != offset)
            found.append(((since, change), offset))
            since = change
        before = at
    return (*found, ((since, end), _offset(zone, since)))


def _offset(zone: str, second: int) -> int:
    """Seconds east of UTC."""
    from zoneinfo import ZoneInfo

    read = datetime.fromtimestamp(second, ZoneInfo(zone))
    return int(read.replace(tzinfo=UTC).timestamp()) - second
