"""The checker: what must hold of every record, whatever happened to the clients and to the network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.consistency.bookings.booking_history import BookingHistory
from tests.consistency.bookings.checker import allocations, overlaps, rejections, responses, transfers

Invariant = Callable[[BookingHistory], Iterator[str]]
INVARIANTS: dict[str, Invariant] = {
    "no two overlap": overlaps.no_overlaps,
    "a cell passes to its own": transfers.transfers_are_valid,
    "an appointment takes what it needs": allocations.allocations_match_needs,
    "an appointment has its cells": allocations.appointments_have_cells,
    "a cell is somebody's": allocations.cells_have_owners,
    "what lapsed is free": allocations.no_hold_remains,
    "no save is lost": responses.no_lost_saves,
    "what was told is there": responses.successes_are_stored,
    "one key is one appointment": responses.idempotency_keys_are_unique,
    "a refusal had its reason": rejections.rejections_had_reason,
    "nothing broke": responses.no_internal_errors,
}


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, and where."""

    invariant: str
    detail: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.detail}"


def violations(record: BookingHistory) -> list[Violation]:
    """Everything that is wrong with a record."""
    return [Violation(name, what) for name, check in INVARIANTS.items() for what in check(record)]
