"""The history of one run: the store's own order, its final items, and the operations of clients."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.consistency.bookings.hour_buckets import Cell, CellKey, cells_of, is_hour_bucket
from tests.consistency.bookings.tenant import OfferedService
from tests.consistency.harness.history import FOREVER, States, Write
from tests.consistency.harness.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

ACTIVE = ("pending", "confirmed", "completed")


@dataclass(frozen=True)
class CellOccupancy:
    """An owner's time in a cell, between two positions in the stream; `went` is None at the end."""

    cell: Cell
    came: int
    went: int | None


@dataclass(frozen=True)
class BookingHistory:
    """All writes and operations of one run, and two states of all items.

    `at_close` is the state when the last client had stopped, `at_end` after all holds had expired and were swept.
    """

    services: dict[str, OfferedService]
    hold_ms: int
    writes: list[Write]
    operations: list[LoggedOperation]
    at_close: list[Fields]
    at_end: list[Fields]

    @cached_property
    def final(self) -> dict[tuple[str, str], Fields]:
        """The final items, by owner, such as `HOLD#4`, and sort key."""
        return {(owner_of(item), str(item["sk"])): item for item in self.at_end}

    @cached_property
    def occupancies(self) -> dict[CellKey, list[CellOccupancy]]:
        """The occupancies of each cell, in order."""
        found: dict[CellKey, list[CellOccupancy]] = defaultdict(list)
        open_ones: dict[CellKey, tuple[Cell, int]] = {}
        for write in self.writes:
            if is_hour_bucket(write.new or write.old):
                old, new = cells_of(write.old), cells_of(write.new)
                for key in old.keys() | new.keys():
                    if old.get(key) == new.get(key):
                        continue
                    if key in open_ones:
                        found[key].append(CellOccupancy(*open_ones.pop(key), write.position))
                    if key in new:
                        open_ones[key] = new[key], write.position
        for key, (cell, position) in open_ones.items():
            found[key].append(CellOccupancy(cell, position, None))
        return dict(found)

    @cached_property
    def versions(self) -> dict[str, list[Write]]:
        """The writes of each appointment or hold, by owner, such as `HOLD#4`."""
        found: dict[str, list[Write]] = defaultdict(list)
        for write in self.writes:
            if write.new.get("sk") in ("APPOINTMENT", "HOLD"):
                found[owner_of(write.new)].append(write)
        return dict(found)

    @cached_property
    def windows(self) -> States:
        """When each write can have been committed."""
        return States([], self.writes)

    def visible(self, owner: str, operation: LoggedOperation) -> Iterator[Fields]:
        """Yield the states of an appointment or hold during an operation; empty before its creation."""
        writes = self.versions.get(owner, [])
        places: list[int | None] = [None, *(write.position for write in writes), None]
        states: list[Fields] = [{}, *(write.new for write in writes)]
        for number, state in enumerate(states):
            if self.overlaps(places[number], places[number + 1], operation):
                yield state

    def overlaps(self, came: int | None, went: int | None, operation: LoggedOperation) -> bool:
        """Whether a state between these two writes may have been visible during an operation."""
        began_by = came is None or self.windows.began[came] <= (operation.ended or FOREVER)
        return began_by and (went is None or self.windows.ended[went] >= operation.began)


def owner_of(item: Fields) -> str:
    """Return the item's partition without the tenant, such as `HOLD#4`."""
    return str(item["pk"]).split("#", 2)[2]


def id_of(owner: str) -> str:
    """Return the id in an owner such as `HOLD#4`."""
    return owner.partition("#")[2]
