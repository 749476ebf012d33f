"""Half-open stretches of time, and the five-minute cells that they are counted in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

CELL_MINUTES = 5
CELL_SECONDS = CELL_MINUTES * 60


class Span(NamedTuple):
    """From `start`, included, to `end`, not included; two instants in UTC."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant; spans that only touch do not."""
        return self.start < other.end and other.start < self.end

    def cells(self) -> range:
        """The numbers, since the epoch, of all cells that it touches."""
        first = int(self.start.timestamp() // CELL_SECONDS)
        return range(first, -int(-self.end.timestamp() // CELL_SECONDS))


def cell_start(number: int) -> datetime:
    """When a cell begins."""
    return datetime.fromtimestamp(number * CELL_SECONDS, UTC)


def cells_to_spans(numbers: Iterator[int]) -> Iterator[Span]:
    """The stretches that cells in order of time make up."""
    first = last = None
    for number in numbers:
        if first is not None and last is not None and number > last:
            yield Span(cell_start(first), cell_start(last))
            first = None
        first = number if first is None else first
        last = number + 1
    if first is not None and last is not None:
        yield Span(cell_start(first), cell_start(last))
