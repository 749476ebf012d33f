"""Each client's log of its operations, written before and after each, so that a kill loses nothing."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Payload = Mapping[str, Any]
# The appointment of an operation that may change any of them.
ALL_APPOINTMENTS = "*"
# "unknown": the client gave up waiting; "crashed": it was killed before it knew; "error": an error of our own.
Outcome = Literal["ok", "rejected", "unknown", "crashed", "error"]


@dataclass(frozen=True)
class LoggedOperation:
    """One use of a service by one client.

    `began` and `ended` are nanoseconds of the machine's own clock. `clock` is the client's time in milliseconds
    since the epoch, and `skew` its error. `response` is empty for a client that crashed.
    """

    client: str
    number: int
    kind: str
    appointment: str
    request: Payload
    clock: int
    skew: int
    began: int
    ended: int | None = None
    outcome: Outcome = "crashed"
    response: Payload = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.client}/{self.number} ({self.outcome})"


class OperationLog:
    """Appends to a file of its own, each entry by one write to the kernel, which outlives the process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def log_invocation(self, **entry: Any) -> None:
        """Log an operation before it is run."""
        self._write({**entry, "began": time.monotonic_ns()})

    def log_completion(self, outcome: Outcome, response: Payload) -> None:
        """Log the end of the operation."""
        self._write({"ended": time.monotonic_ns(), "outcome": outcome, "response": response})

    def _write(self, entry: Payload) -> None:
        os.write(self._file, json.dumps(entry).encode() + b"\n")


def read_logs(folder: Path) -> list[LoggedOperation]:
    """Return the operations of all logs, in the order in which they began."""
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
