"""A half-open span of time."""

from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """From `start`, included, to `end`, not included; two instants in UTC."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two share an instant; spans that only touch do not."""
        return self.start < other.end and other.start < self.end
