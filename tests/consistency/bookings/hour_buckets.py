"""Hour buckets, read after docs/adr/0030-hour-sheets.md and not with the product's code."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from tests.consistency.table_reader import Fields

_CELL = timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CellKey(NamedTuple):
    """Five minutes of an owner's time, by their start."""

    owner: str
    begins: datetime


class Cell(NamedTuple):
    """The occupant of a cell with its times, in milliseconds since the epoch; only holds have `until`."""

    by: str
    start: int
    end: int
    until: int | None


class Span(NamedTuple):
    """A half-open interval."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether two spans share an instant."""
        return self.start < other.end and other.start < self.end


class Allocation(NamedTuple):
    """The time that an appointment or a hold allocates."""

    span: Span
    owners: tuple[str, ...]

    def cells(self) -> frozenset[CellKey]:
        """Return all cells of the allocation."""
        return _cells(self)


@cache
def _cells(allocation: Allocation) -> frozenset[CellKey]:
    first = allocation.span.start - (allocation.span.start - _EPOCH) % _CELL
    count = -((first - allocation.span.end) // _CELL)
    starts = [first + number * _CELL for number in range(count)]
    return frozenset(CellKey(owner, start) for owner in allocation.owners for start in starts)


def is_hour_bucket(item: Fields) -> bool:
    """Whether an item is an hour bucket."""
    return "#TIME#" in str(item.get("pk", ""))


def cells_of(bucket: Fields) -> dict[CellKey, Cell]:
    """Return the occupied cells of one hour bucket."""
    found = {}
    for minute in range(0, 60, 5):
        if cell := bucket.get(f"c{minute:02d}"):
            owner, hour = str(bucket["pk"]).partition("#TIME#")[2], str(bucket["sk"]).partition("#")[2]
            begins = datetime.fromisoformat(f"{hour}:{minute:02d}:00+00:00")
            until = int(cell["until"]) if "until" in cell else None
            found[CellKey(owner, begins)] = Cell(cell["by"], int(cell["start"]), int(cell["end"]), until)
    return found


def all_cells(items: Iterable[Fields]) -> Iterator[tuple[CellKey, Cell]]:
    """Yield the occupied cells of all hour buckets among these items."""
    for item in items:
        if is_hour_bucket(item):
            yield from cells_of(item).items()


def allocation_of(item: Fields) -> Allocation | None:
    """Return the allocation that an appointment's or hold's item stores."""
    return _parse_allocation(item["occupies"]) if item.get("occupies") else None


@cache
def _parse_allocation(text: str) -> Allocation:
    stored = json.loads(text)
    start, end = (datetime.fromisoformat(text) for text in stored["span"])
    return Allocation(Span(start, end), tuple(stored["owners"]))


def ms_of(instant: datetime) -> int:
    """Return an instant in milliseconds since the epoch."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def instant_of(milliseconds: float) -> datetime:
    """Return the instant so many milliseconds after the epoch."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))
