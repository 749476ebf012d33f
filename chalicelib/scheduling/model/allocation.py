"""Who has which cells of whose time: a doctor's, a room's or a device's."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from chalicelib.core.http.errors import Conflict
from chalicelib.core.http.schema import Schema
from chalicelib.scheduling.model.availability import Slot
from chalicelib.scheduling.model.span import CELL_SECONDS, Span

AllocationState = Literal["held", "booked"]
CELLS_PER_HOUR = 3600 // CELL_SECONDS
# Of one appointment with its buffers. A day has 24 hours even in the night that makes it 25.
MAX_APPOINTMENT_HOURS = 24


class CalendarOwner(NamedTuple):
    """The doctor, room or device of a calendar."""

    kind: Literal["doctor", "resource"]
    id: str


@dataclass(frozen=True, slots=True)
class Allocation:
    """A time, buffers included, of a doctor and of rooms and devices."""

    span: Span
    owners: tuple[CalendarOwner, ...]

    def cells(self) -> Iterator["CellKey"]:
        """All cells that it takes."""
        for owner in self.owners:
            for number in self.span.cells():
                yield CellKey(owner, number)


class CellKey(NamedTuple):
    """One cell of one owner's time, by its number since the epoch."""

    owner: CalendarOwner
    number: int

    @property
    def hour(self) -> "HourKey":
        """The hour that it is in."""
        return HourKey(self.owner, self.number // CELLS_PER_HOUR)


class HourKey(NamedTuple):
    """One hour of one owner's time, by its number since the epoch."""

    owner: CalendarOwner
    hour: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """A hold until `until`, or an appointment. `span` is what people see of it: from start to end, no buffers."""

    id: str
    span: Span
    expires_at: datetime | None = None

    @property
    def state(self) -> AllocationState:
        """As it is told."""
        return "booked" if self.expires_at is None else "held"

    def is_live(self, now: datetime) -> bool:
        """Whether it keeps others out; a hold lapses with its deadline."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class AllocationChange:
    """A change of what is occupied: `occupant` takes `new` and gives back `old`, except what it `lost` of that.

    Where it already has cells under one of the names in `mine`, it may take them.
    """

    reservation: Reservation
    new: Allocation | None = None
    old: Allocation | None = None
    owned_ids: tuple[str, ...] = ()
    released_elsewhere: frozenset[CellKey] = frozenset()

    @property
    def all_ids(self) -> tuple[str, ...]:
        """All names under which cells are its own."""
        return (self.reservation.id, *self.owned_ids)

    def hour_changes(self) -> "list[HourChange]":
        """The hours that it changes, in a fixed order."""
        taken = set(self.new.cells()) if self.new else set()
        freed = (set(self.old.cells()) if self.old else set()) - taken - self.released_elsewhere
        found: dict[HourKey, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for place, cells in enumerate((taken, freed)):
            for cell in sorted(cells):
                found[cell.hour][place].append(cell.number)
        return [HourChange(key, tuple(took), tuple(left)) for key, (took, left) in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class HourChange:
    """What a claim changes of one hour: the numbers of the cells that are taken, and of those that are freed."""

    key: HourKey
    taken: tuple[int, ...]
    released: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AllocationConflict:
    """A stretch of an owner's time, in whole cells, and who has it."""

    owner: CalendarOwner
    span: Span
    reservation: Reservation

    def cells(self) -> Iterator[CellKey]:
        """All its cells."""
        return (CellKey(self.owner, number) for number in self.span.cells())


class AllocationRefused(Exception):
    """A claim did not happen: others have some of its cells."""

    def __init__(self, taken: Sequence[AllocationConflict]) -> None:
        super().__init__("somebody else has this time")
        self.conflicts = taken


@dataclass(frozen=True, slots=True)
class SlotConflict(Schema):
    """What stands in the way, of a doctor's time or of a room's. Only members learn which appointment it is."""

    start: datetime
    end: datetime
    state: AllocationState
    doctor_id: str | None = None
    resource_id: str | None = None
    appointment_id: str | None = None


class SlotTaken(Conflict):
    """Somebody else has this time; `collided` says what of it, `alternatives` are the next ones that are free."""

    code, title = "SLOT_TAKEN", "Somebody else has this time"

    def __init__(self, conflicts: Sequence[SlotConflict], alternatives: Sequence[Slot]) -> None:
        super().__init__("Choose another time.", collided=conflicts, alternatives=alternatives)


@dataclass(frozen=True, slots=True)
class SlotChange:
    """What became of a stretch of a doctor's time that people see."""

    doctor_id: str
    span: Span
    state: Literal["free", "held", "booked"]
