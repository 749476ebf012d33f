"""Checks a history against named invariants."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

History = TypeVar("History")
Invariant = Callable[[History], Iterator[str]]


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, and of which appointment, if it is of one."""

    invariant: str
    detail: str
    appointment: str = ""

    def __str__(self) -> str:
        return f"{self.invariant}: {self.detail}" + (f" [{self.appointment}]" if self.appointment else "")


def check(
    history: History, invariants: Mapping[str, Invariant[History]], appointment: str = ""
) -> list[Violation]:
    """Return all violations of a history."""
    return [
        Violation(name, detail, appointment)
        for name, invariant in invariants.items()
        for detail in invariant(history)
    ]
