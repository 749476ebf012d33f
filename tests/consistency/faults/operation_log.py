"""What each client says of its own doings: written down before and after, so that a death loses nothing."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Payload = Mapping[str, Any]
# The appointment of what may change any of them.
ALL_APPOINTMENTS = "*"
# "cut off": the client died before it knew; "unknown": it gave up waiting; "broken": something that should not be.
Outcome = Literal["done", "refused", "unknown", "broken", "cut off"]


@dataclass(frozen=True)
class LoggedOperation:
    """One use of a service by one client.

    `began` and `ended` are nanoseconds of the machine's own clock; `clock` is what the client believed the time
    to be, in milliseconds since the epoch, and `skew` by how much that was wrong.
    """

    client: str
    number: int
    kind: str
    appointment: str
    asked: Payload
    clock: int
    skew: int
    began: int
    ended: int | None = None
    outcome: Outcome = "cut off"
    told: Payload | None = None

    @property
    def answer(self) -> Payload:
        """What the client was told; nothing if it never was."""
        return self.told or {}

    def __str__(self) -> str:
        return f"{self.kind} {self.client}/{self.number} ({self.outcome})"


class OperationLog:
    """Appends to a file of its own, each entry with one write to the kernel, which outlives the process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def log_invocation(self, **entry: Any) -> None:
        """Before an operation."""
        self._write({**entry, "began": time.monotonic_ns()})

    def log_completion(self, outcome: Outcome, told: Payload) -> None:
        """After it."""
        self._write({"ended": time.monotonic_ns(), "outcome": outcome, "told": told})

    def _write(self, entry: Payload) -> None:
        os.write(self._file, json.dumps(entry).encode() + b"\n")


def read_logs(folder: Path) -> list[LoggedOperation]:
    """The operations of all diaries, in the order in which they began."""
    found = [operation for path in sorted(folder.glob("*.jsonl")) for operation in _operations(path)]
    return sorted(found, key=lambda operation: operation.began)


def _operations(path: Path) -> Iterator[LoggedOperation]:
    invocation: dict[str, Any] | None = None
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        if "ended" in entry and invocation is not None:
            yield LoggedOperation(client=path.stem, **invocation, **entry)
            invocation = None
        else:
            invocation = entry
    if invocation is not None:
        yield LoggedOperation(client=path.stem, **invocation)
