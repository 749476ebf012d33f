"""The fault injector: draws the faults of each client's calls from the seed, the same in each run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.consistency.seed import seeded_random

Fault = Literal[
    "throttled", "conflict", "request lost", "response lost", "in progress", "killed before", "killed after"
]
# botocore sends a call up to four times. An outage lasts longer, so that the outcome stays unknown.
_MAX_ATTEMPTS = 4
_IN_PROGRESS_RATE = 0.3
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


@dataclass(frozen=True)
class FaultRates:
    """The share of calls with each fault, and the mean number of calls until a client is killed."""

    throttled: float = 0.01
    conflict: float = 0.03
    request_lost: float = 0.01
    response_lost: float = 0.02
    outage: float = 0.0015
    mean_calls_until_kill: float = 150.0


class Nemesis:
    """The faults of one client, from its start until it is killed."""

    def __init__(self, seed: int, client: str, rates: FaultRates) -> None:
        self._rng = seeded_random((seed, client))
        self._rates = rates
        self._calls_left = 1 + int(self._rng.expovariate(1 / rates.mean_calls_until_kill))
        self._pending: Iterator[Fault] = iter(())

    def next(self, operation: str) -> Fault | None:
        """Return the fault of the client's next call, None for most."""
        self._calls_left -= 1
        if self._calls_left <= 0:
            return self._rng.choice(("killed before", "killed after"))
        if (coming := next(self._pending, None)) is not None:
            return coming
        fault = self._pick_fault(is_write=operation not in READS)
        if (
            fault == "response lost"
            and operation == "TransactWriteItems"
            and self._rng.random() < _IN_PROGRESS_RATE
        ):
            # The repeated transaction meets its own first attempt.
            self._pending = iter(["in progress"] * self._rng.randint(1, _MAX_ATTEMPTS - 2))
        return fault

    def _pick_fault(self, *, is_write: bool) -> Fault | None:
        rates, draw = self._rates, self._rng.random()
        if draw < rates.outage:
            return self._start_outage()
        draw -= rates.outage
        shares: list[tuple[Fault, float]] = [
            ("throttled", rates.throttled),
            ("conflict", rates.conflict if is_write else 0.0),
            ("request lost", rates.request_lost),
            ("response lost", rates.response_lost),
        ]
        for fault, share in shares:
            if draw < share:
                return fault
            draw -= share
        return None

    def _start_outage(self) -> Fault:
        first: Fault = self._rng.choice(("request lost", "response lost"))
        self._pending = iter(["request lost"] * (_MAX_ATTEMPTS - 1))
        return first
