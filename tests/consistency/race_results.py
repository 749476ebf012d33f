"""The counts that the run shows when it ends."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeAlias

# Lines that a test wants to be read at the end.
ReportLines: TypeAlias = list[str]


class RaceResults:
    """Rounds, contenders that tried, and winners found, per kind of contest and number of contenders."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)

    def add(self, contest: str, contenders: int, winners: int) -> None:
        """Count one round."""
        self._rows[contest, contenders].update(rounds=1, tried=contenders, winners=winners)

    def lines(self) -> Iterator[str]:
        """The table, with a sum; nothing if there was no round."""
        if not self._rows:
            return
        yield f"{'contest':<24}{'at once':>8}{'rounds':>8}{'tried':>8}{'winners':>9}"
        for (contest, contenders), row in self._rows.items():
            yield f"{contest:<24}{contenders:>8}{row['rounds']:>8}{row['tried']:>8}{row['winners']:>9}"
        total = sum(self._rows.values(), Counter[str]())
        yield f"{'all':<32}{total['rounds']:>8}{total['tried']:>8}{total['winners']:>9}"
