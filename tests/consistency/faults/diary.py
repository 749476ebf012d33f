"""What each client says of its own doings: written down before and after, so that a death loses nothing."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Facts = Mapping[str, Any]
# The appointment of what may change any of them.
EVERYWHERE = "*"
# "cut off": the client died before it knew; "unknown": it gave up waiting; "broken": something that should not be.
Outcome = Literal["done", "refused", "unknown", "broken", "cut off"]


@dataclass(frozen=True)
class Operation:
    """One use of a service by one client.

    `began` and `ended` are nanoseconds of the machine's own clock; `clock` is what the client believed the time
    to be, in milliseconds since the epoch, and `skew` by how much that was wrong.
    """

    client: str
    number: int
    kind: str
    appointment: str
    asked: Facts
    clock: int
    skew: int
    began: int
    ended: int | None = None
    outcome: Outcome = "cut off"
    told: Facts | None = None

    @property
    def answer(self) -> Facts:
        """What the client was told; nothing if it never was."""
        return self.told or {}

    def __str__(self) -> str:
        return f"{self.kind} {self.client}/{self.number} ({self.outcome})"


class Diary:
    """Appends to a file of its own, each entry with one write to the kernel, which outlives the process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def begins(self, **entry: Any) -> None:
        """Before an operation."""
        self._write({**entry, "began": time.monotonic_ns()})

    def ends(self, outcome: Outcome, told: Facts) -> None:
        """After it."""
        self._write({"ended": time.monotonic_ns(), "outcome": outcome, "told": told})

    def _write(self, entry: Facts) -> None:
        os.write(self._file, json.dumps(entry).encode() + b"\n")


def read(folder: Path) -> list[Operation]:
    """The operations of all diaries, in the order in which they began."""
    found = [operation for path in sorted(folder.glob("*.jsonl")) for operation in _operations(path)]
    return sorted(found, key=lambda operation: operation.began)


def _operations(path: Path) -> Iterator[Operation]:
    begun: dict[str, Any] | None = None
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        if "ended" in entry and begun is not None:
            yield Operation(client=path.stem, **begun, **entry)
            begun = None
        else:
            begun = entry
    if begun is not None:
        yield Operation(client=path.stem, **begun)
