"""The hour sheets, read by what docs/adr/0030-hour-sheets.md says of them and not by the product's code."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from tests.consistency.table_reader import Fields

_CELL = timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CellKey(NamedTuple):
    """Whose time, and which five minutes of it, by their beginning."""

    owner: str
    begins: datetime


class Cell(NamedTuple):
    """Who has it, and what people see of that, in milliseconds since the epoch; `until` is of holds."""

    by: str
    start: int
    end: int
    until: int | None


class Span(NamedTuple):
    """Half-open."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether they share an instant."""
        return self.start < other.end and other.start < self.end


class Allocation(NamedTuple):
    """What an appointment or a hold says that it occupies."""

    span: Span
    owners: tuple[str, ...]

    def cells(self) -> frozenset[CellKey]:
        """All cells that it touches."""
        return _cells(self)


@cache
def _cells(said: Allocation) -> frozenset[CellKey]:
    first = said.span.start - (said.span.start - _EPOCH) % _CELL
    count = -((first - said.span.end) // _CELL)
    return frozenset(CellKey(owner, first + number * _CELL) for owner in said.owners for number in range(count))


def is_hour_bucket(item: Fields) -> bool:
    """Whether an item is an hour of somebody's time."""
    return "#TIME#" in str(item.get("pk", ""))


def cells_of(sheet: Fields) -> dict[CellKey, Cell]:
    """The cells of one sheet that somebody has."""
    found = {}
    for minute in range(0, 60, 5):
        if cell := sheet.get(f"c{minute:02d}"):
            owner, hour = str(sheet["pk"]).partition("#TIME#")[2], str(sheet["sk"]).partition("#")[2]
            begins = datetime.fromisoformat(f"{hour}:{minute:02d}:00+00:00")
            until = int(cell["until"]) if "until" in cell else None
            found[CellKey(owner, begins)] = Cell(cell["by"], int(cell["start"]), int(cell["end"]), until)
    return found


def all_cells(items: Iterable[Fields]) -> Iterator[tuple[CellKey, Cell]]:
    """Those of all sheets among these items."""
    for item in items:
        if is_hour_bucket(item):
            yield from cells_of(item).items()


def allocation_of(item: Fields) -> Allocation | None:
    """What an appointment's or a hold's item says of it."""
    return _parse_allocation(item["occupies"]) if item.get("occupies") else None


@cache
def _parse_allocation(text: str) -> Allocation:
    kept = json.loads(text)
    start, end = (datetime.fromisoformat(text) for text in kept["span"])
    return Allocation(Span(start, end), tuple(kept["owners"]))


def ms_of(instant: datetime) -> int:
    """Milliseconds since the epoch."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def instant_of(milliseconds: float) -> datetime:
    """The instant so many milliseconds after the epoch."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))
