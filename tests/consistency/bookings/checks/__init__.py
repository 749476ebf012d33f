"""The checker: what must hold of every record, whatever happened to the clients and to the network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.consistency.bookings.checks import answers, occupation, overlaps, passing, refusals
from tests.consistency.bookings.record import Record

Check = Callable[[Record], Iterator[str]]
INVARIANTS: dict[str, Check] = {
    "no two overlap": overlaps.never,
    "a cell passes to its own": passing.rightly,
    "an appointment takes what it needs": occupation.is_needed,
    "an appointment has its cells": occupation.has_cells,
    "a cell is somebody's": occupation.has_owners,
    "what lapsed is free": occupation.none_is_held,
    "no save is lost": answers.keep_saves,
    "what was told is there": answers.are_there,
    "one key is one appointment": answers.have_one_key,
    "a refusal had its reason": refusals.had_their_reason,
    "nothing broke": answers.are_answers,
}


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, and where."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


def violations(record: Record) -> list[Violation]:
    """Everything that is wrong with a record."""
    return [Violation(name, what) for name, check in INVARIANTS.items() for what in check(record)]
