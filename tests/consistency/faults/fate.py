"""What happens to each call of a client: drawn from the seed, so that the same seed has the same bad luck."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.consistency.office import seeded

Fault = Literal[
    "throttled", "conflict", "lost before", "lost after", "in progress", "killed before", "killed after"
]
# botocore sends a call up to four times; an outage outlasts that, so that the caller never learns what happened.
_SENDINGS = 4
_SLOW = 0.3
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


@dataclass(frozen=True)
class Rates:
    """The share of calls with each fault, and the mean number of calls in a client's life."""

    throttled: float = 0.01
    conflict: float = 0.03
    lost_before: float = 0.01
    lost_after: float = 0.02
    outage: float = 0.0015
    mean_life_calls: float = 150.0


class Fate:
    """The lot of one client from its start to its death."""

    def __init__(self, seed: int, client: str, rates: Rates) -> None:
        self._chance = seeded((seed, client))
        self._rates = rates
        self._left = 1 + int(self._chance.expovariate(1 / rates.mean_life_calls))
        self._to_come: Iterator[Fault] = iter(())

    def next(self, operation: str) -> Fault | None:
        """What happens to the client's next call; None where all goes well."""
        self._left -= 1
        if self._left <= 0:
            return self._chance.choice(("killed before", "killed after"))
        if (coming := next(self._to_come, None)) is not None:
            return coming
        fault = self._draw(is_write=operation not in READS)
        if fault == "lost after" and operation == "TransactWriteItems" and self._chance.random() < _SLOW:
            # The transaction that was sent again meets its own first sending.
            self._to_come = iter(["in progress"] * self._chance.randint(1, _SENDINGS - 2))
        return fault

    def _draw(self, *, is_write: bool) -> Fault | None:
        rates, luck = self._rates, self._chance.random()
        if luck < rates.outage:
            return self._outage()
        luck -= rates.outage
        shares: list[tuple[Fault, float]] = [
            ("throttled", rates.throttled),
            ("conflict", rates.conflict if is_write else 0.0),
            ("lost before", rates.lost_before),
            ("lost after", rates.lost_after),
        ]
        for fault, share in shares:
            if luck < share:
                return fault
            luck -= share
        return None

    def _outage(self) -> Fault:
        first: Fault = self._chance.choice(("lost before", "lost after"))
        self._to_come = iter(["lost before"] * (_SENDINGS - 1))
        return first
