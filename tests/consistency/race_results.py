"""Counts of races, printed at the end of the run."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeAlias

# Lines that a test prints at the end of the run.
ReportLines: TypeAlias = list[str]


class RaceResults:
    """Rounds, attempts and winners, by kind of race and number of workers."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)

    def add(self, race: str, workers: int, winners: int) -> None:
        """Count one round."""
        self._rows[race, workers].update(rounds=1, tried=workers, winners=winners)

    def lines(self) -> Iterator[str]:
        """Yield the table with its sum; nothing without a round."""
        if not self._rows:
            return
        yield f"{'race':<24}{'at once':>8}{'rounds':>8}{'tried':>8}{'winners':>9}"
        for (race, workers), row in self._rows.items():
            yield f"{race:<24}{workers:>8}{row['rounds']:>8}{row['tried']:>8}{row['winners']:>9}"
        total = sum(self._rows.values(), Counter[str]())
        yield f"{'all':<32}{total['rounds']:>8}{total['tried']:>8}{total['winners']:>9}"
