"""Who has which cells of whose time: a doctor's, a room's or a device's."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from chalicelib.core.errors import Conflict
from chalicelib.core.shape import Shape
from chalicelib.scheduling.model.availability import Slot
from chalicelib.scheduling.model.span import CELL_SECONDS, Span

State = Literal["held", "booked"]
CELLS_PER_HOUR = 3600 // CELL_SECONDS
# Of one appointment with its buffers. A day has 24 hours even in the night that makes it 25.
MOST_HOURS = 24


@dataclass(frozen=True, slots=True)
class Occupation:
    """The time, buffers included, and whose it is: the doctor, the rooms and the devices, by their keys."""

    span: Span
    owners: tuple[str, ...]

    def cells(self) -> Iterator["CellKey"]:
        """All cells that it takes."""
        for owner in self.owners:
            for number in self.span.cells():
                yield CellKey(owner, number)


class CellKey(NamedTuple):
    """One cell of one owner's time, by its number since the epoch."""

    owner: str
    number: int

    @property
    def sheet(self) -> "SheetKey":
        """The hour that it is in."""
        return SheetKey(self.owner, self.number // CELLS_PER_HOUR)


class SheetKey(NamedTuple):
    """One hour of one owner's time, by its number since the epoch."""

    owner: str
    hour: int


@dataclass(frozen=True, slots=True)
class Occupant:
    """A hold until `until`, or an appointment. `span` is what people see of it: from start to end, no buffers."""

    id: str
    span: Span
    until: datetime | None = None

    @property
    def state(self) -> State:
        """As it is told."""
        return "booked" if self.until is None else "held"

    def is_live(self, now: datetime) -> bool:
        """Whether it keeps others out; a hold lapses with its deadline."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Claim:
    """A change of what is occupied: `occupant` takes `new` and gives back `old`, except what it `lost` of that.

    Where it already has cells under one of the names in `mine`, it may take them.
    """

    occupant: Occupant
    new: Occupation | None = None
    old: Occupation | None = None
    mine: tuple[str, ...] = ()
    lost: frozenset[CellKey] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which cells are its own."""
        return (self.occupant.id, *self.mine)

    def sheets(self) -> "list[Sheet]":
        """The hours that it changes, in a fixed order."""
        taken = set(self.new.cells()) if self.new else set()
        freed = (set(self.old.cells()) if self.old else set()) - taken - self.lost
        found: dict[SheetKey, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for place, cells in enumerate((taken, freed)):
            for cell in sorted(cells):
                found[cell.sheet][place].append(cell.number)
        return [Sheet(key, tuple(took), tuple(left)) for key, (took, left) in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a claim changes of one hour: the numbers of the cells that are taken, and of those that are freed."""

    key: SheetKey
    taken: tuple[int, ...]
    freed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch of an owner's time, in whole cells, and who has it."""

    owner: str
    span: Span
    occupant: Occupant

    def cells(self) -> Iterator[CellKey]:
        """All its cells."""
        return (CellKey(self.owner, number) for number in self.span.cells())


class CellsTaken(Exception):
    """A claim did not happen: others have some of its cells."""

    def __init__(self, taken: Sequence[Taken]) -> None:
        super().__init__("somebody else has this time")
        self.taken = taken


@dataclass(frozen=True, slots=True)
class Collision(Shape):
    """What stands in the way, of a doctor's time or of a room's. Only members learn which appointment it is."""

    start: datetime
    end: datetime
    state: State
    doctor_id: str | None = None
    resource_id: str | None = None
    appointment_id: str | None = None


class SlotTaken(Conflict):
    """Somebody else has this time; `collided` says what of it, `alternatives` are the next ones that are free."""

    code, title = "SLOT_TAKEN", "Somebody else has this time"

    def __init__(self, collided: Sequence[Collision], alternatives: Sequence[Slot]) -> None:
        super().__init__("Choose another time.", collided=collided, alternatives=alternatives)


@dataclass(frozen=True, slots=True)
class SlotChange:
    """What became of a stretch of a doctor's time that people see."""

    doctor_id: str
    span: Span
    state: Literal["free", "held", "booked"]
