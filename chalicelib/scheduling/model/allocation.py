"""Allocation of time: which reservation has which five-minute cells of a doctor, a room or a device.

See docs/adr/0030-hour-sheets.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from chalicelib.core.http.errors import Conflict, FieldError
from chalicelib.core.http.schema import Schema
from chalicelib.scheduling.model.span import Span

if TYPE_CHECKING:
    from chalicelib.scheduling.model.availability.slots import Slot

AllocationState = Literal["held", "booked"]
CELL_MINUTES = 5
CELL_SECONDS = CELL_MINUTES * 60
CELLS_PER_HOUR = 3600 // CELL_SECONDS
# The longest appointment with its buffers, in elapsed hours, even on a date of 25 hours.
MAX_APPOINTMENT_HOURS = 24
TOO_LONG = FieldError("endsAt", f"makes it longer than {MAX_APPOINTMENT_HOURS} hours, buffers included")


def cells_of(span: Span) -> range:
    """Return the numbers, counted from the epoch, of all cells that a span touches."""
    first = int(span.start.timestamp() // CELL_SECONDS)
    return range(first, -int(-span.end.timestamp() // CELL_SECONDS))


def cells_to_spans(numbers: Iterable[int]) -> Iterator[Span]:
    """Join the numbers of cells, in order, into the spans that they cover."""
    first = last = None
    for number in numbers:
        if first is not None and last is not None and number > last:
            yield Span(_cell_start(first), _cell_start(last))
            first = None
        first = number if first is None else first
        last = number + 1
    if first is not None and last is not None:
        yield Span(_cell_start(first), _cell_start(last))


def _cell_start(number: int) -> datetime:
    return datetime.fromtimestamp(number * CELL_SECONDS, UTC)


class CalendarOwner(NamedTuple):
    """The doctor, room or device that a calendar belongs to."""

    kind: Literal["doctor", "resource"]
    id: str


class OwnerHour(NamedTuple):
    """One hour of one owner's time, by its number since the epoch."""

    owner: CalendarOwner
    hour: int


class CellKey(NamedTuple):
    """One cell of one owner's time, by its number since the epoch."""

    owner: CalendarOwner
    number: int

    @property
    def hour(self) -> OwnerHour:
        """The hour that contains the cell."""
        return OwnerHour(self.owner, self.number // CELLS_PER_HOUR)


@dataclass(frozen=True, slots=True)
class Allocation:
    """A span, buffers included, of the time of a doctor and of rooms and devices."""

    span: Span
    owners: tuple[CalendarOwner, ...]

    def cells(self) -> Iterator[CellKey]:
        """Return every cell of every owner."""
        return (CellKey(owner, number) for owner in self.owners for number in cells_of(self.span))


@dataclass(frozen=True, slots=True)
class Reservation:
    """A hold until `expires_at`, or an appointment.

    `span` is the visible one, without buffers.
    """

    id: str
    span: Span
    expires_at: datetime | None = None

    @property
    def state(self) -> AllocationState:
        """The state that clients see."""
        return "booked" if self.expires_at is None else "held"

    def is_live(self, now: datetime) -> bool:
        """Return whether it keeps others out; a hold stops doing so at its deadline."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class HourChange:
    """The numbers of the cells that a change takes and releases in one hour."""

    key: OwnerHour
    taken: tuple[int, ...]
    released: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AllocationChange:
    """A change of allocated time: `reservation` takes `new` and releases `old`.

    Cells that carry one of `owned_ids` may be taken too. Cells in `released_elsewhere` belong to others by now and
    are left alone.
    """

    reservation: Reservation
    new: Allocation | None = None
    old: Allocation | None = None
    owned_ids: tuple[str, ...] = ()
    released_elsewhere: frozenset[CellKey] = frozenset()

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Every id under which a cell counts as the reservation's own."""
        return (self.reservation.id, *self.owned_ids)

    def hour_changes(self) -> list[HourChange]:
        """Return the change of each hour, in a fixed order."""
        taken = set(self.new.cells()) if self.new else set()
        released = (set(self.old.cells()) if self.old else set()) - taken - self.released_elsewhere
        by_hour: dict[OwnerHour, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for index, cells in enumerate((taken, released)):
            for cell in sorted(cells):
                by_hour[cell.hour][index].append(cell.number)
        return [HourChange(key, tuple(takes), tuple(frees)) for key, (takes, frees) in sorted(by_hour.items())]


@dataclass(frozen=True, slots=True)
class AllocationConflict:
    """A span of an owner's time, in whole cells, that another reservation has."""

    owner: CalendarOwner
    span: Span
    reservation: Reservation

    def cells(self) -> Iterator[CellKey]:
        """Return every cell of the span."""
        return (CellKey(self.owner, number) for number in cells_of(self.span))


class AllocationRefused(Exception):
    """The change did not happen, because other reservations have some of its cells."""

    def __init__(self, conflicts: Sequence[AllocationConflict]) -> None:
        super().__init__("the time is taken")
        self.conflicts = conflicts


@dataclass(frozen=True, slots=True)
class SlotConflict(Schema):
    """A taken span of a doctor's or a resource's time.

    Only members see which appointment has it.
    """

    start: datetime
    end: datetime
    state: AllocationState
    doctor_id: str | None = None
    resource_id: str | None = None
    appointment_id: str | None = None


class SlotTaken(Conflict):
    """The time is taken.

    `collided` has the conflicts, `alternatives` the next free slots.
    """

    code, title = "SLOT_TAKEN", "Somebody else has this time"

    def __init__(self, conflicts: Sequence[SlotConflict], alternatives: Sequence["Slot"]) -> None:
        super().__init__("Choose another time.", collided=conflicts, alternatives=alternatives)


@dataclass(frozen=True, slots=True)
class SlotChange:
    """The new state of a visible span of a doctor's time."""

    doctor_id: str
    span: Span
    state: Literal["free", "held", "booked"]
