"""Occupied time: where it leaves room, and whether all that a service needs is free at once."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from operator import itemgetter

from chalicelib.scheduling.model.availability.intervals import Interval, ceil_second, floor_second, union
from chalicelib.scheduling.model.span import Span

# Each thing that a service needs: the occupied time of every candidate, by the candidate's id.
BusyByNeed = Sequence[Mapping[str, Sequence[Span]]]


def busy_intervals(busy: Sequence[Span]) -> Iterator[Interval]:
    """Spans in any order as stretches of seconds, in order and apart; rounded so that they lose nothing."""
    return union((floor_second(start), ceil_second(end)) for start, end in sorted(busy, key=itemgetter(0)))


class Candidate:
    """A room or a device, with the time in which it is occupied."""

    def __init__(self, busy: Sequence[Span]) -> None:
        self._busy = busy

    @cached_property
    def _occupied(self) -> tuple[list[int], list[int]]:
        stretches = list(busy_intervals(self._busy))
        return [start for start, _ in stretches], [end for _, end in stretches]

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing occupies it from one second to another."""
        starts, ends = self._occupied
        following = bisect_right(ends, start)
        return following == len(ends) or starts[following] >= end


class Candidates:
    """All candidates of a service's needs, one of which may be a candidate for several."""

    def __init__(self, needs: BusyByNeed) -> None:
        candidates = {name: busy for need in needs for name, busy in need.items()}
        bits = {name: 1 << place for place, name in enumerate(candidates)}
        self._candidates = [(bits[name], Candidate(busy)) for name, busy in candidates.items()]
        wanted = [sum(bits[name] for name in need) for need in needs]
        self._demands = [
            (_combined_mask(several), count)
            for count in range(1, len(wanted) + 1)
            for several in combinations(wanted, count)
        ]

    def can_satisfy(self, start: int, end: int) -> bool:
        """Whether each need can have a candidate of its own that is free from one second to another.

        By Hall's theorem (P. Hall, "On Representatives of Subsets", 1935): any so many needs must have at least as
        many free candidates between them.
        """
        if not self._demands:
            return True
        free = sum(bit for bit, candidate in self._candidates if candidate.is_free(start, end))
        return all((free & any_of).bit_count() >= count for any_of, count in self._demands)


def _combined_mask(masks: Sequence[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
