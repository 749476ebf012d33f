"""A run as the checker sees it: the store's own order, what stands at its end, and what clients said."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.consistency.bookings.hour_buckets import Cell, CellKey, cells_of, is_hour_bucket
from tests.consistency.bookings.tenant import OfferedService
from tests.consistency.faults.item_history import FOREVER, States, Write
from tests.consistency.faults.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

ACTIVE = ("pending", "confirmed", "completed")


@dataclass(frozen=True)
class CellOccupancy:
    """A cell was somebody's, from one place in the stream until another; to the end if there is none."""

    cell: Cell
    came: int
    went: int | None


@dataclass(frozen=True)
class BookingHistory:
    """All writes to a practice's items, all operations, and all items: when the last client had gone, and after
    everything that was held had lapsed and was swept.
    """

    services: dict[str, OfferedService]
    hold_ms: int
    writes: list[Write]
    operations: list[LoggedOperation]
    at_close: list[Fields]
    at_end: list[Fields]

    @cached_property
    def final(self) -> dict[tuple[str, str], Fields]:
        """The items at the end: by the last parts of the partition's key, such as `HOLD#4`, and by sort key."""
        return {(owner_of(item), str(item["sk"])): item for item in self.at_end}

    @cached_property
    def occupancies(self) -> dict[CellKey, list[CellOccupancy]]:
        """Who had each cell, one after another."""
        found: dict[CellKey, list[CellOccupancy]] = defaultdict(list)
        open_ones: dict[CellKey, tuple[Cell, int]] = {}
        for write in self.writes:
            if is_hour_bucket(write.new or write.old):
                old, new = cells_of(write.old), cells_of(write.new)
                for key in old.keys() | new.keys():
                    if old.get(key) == new.get(key):
                        continue
                    if key in open_ones:
                        found[key].append(CellOccupancy(*open_ones.pop(key), write.place))
                    if key in new:
                        open_ones[key] = new[key], write.place
        for key, (cell, place) in open_ones.items():
            found[key].append(CellOccupancy(cell, place, None))
        return dict(found)

    @cached_property
    def versions(self) -> dict[str, list[Write]]:
        """The writes that made each appointment's or hold's versions, by its own key, such as `HOLD#4`."""
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
        """How an appointment or a hold may have stood at some instant of an operation; empty before it was."""
        writes = self.versions.get(owner, [])
        places: list[int | None] = [None, *(write.place for write in writes), None]
        states: list[Fields] = [{}, *(write.new for write in writes)]
        for number, state in enumerate(states):
            if self.overlaps(places[number], places[number + 1], operation):
                yield state

    def overlaps(self, came: int | None, went: int | None, operation: LoggedOperation) -> bool:
        """Whether what came and went with these writes may have been there while an operation ran."""
        began_by = came is None or self.windows.began[came] <= (operation.ended or FOREVER)
        return began_by and (went is None or self.windows.ended[went] >= operation.began)


def owner_of(item: Fields) -> str:
    """The item's partition without the tenant."""
    return str(item["pk"]).split("#", 2)[2]


def id_of(owner: str) -> str:
    """The id in a key such as `HOLD#4`."""
    return owner.partition("#")[2]
