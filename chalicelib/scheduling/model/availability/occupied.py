"""Occupied time: the intervals that it blocks, and whether all needs of a service can be met at once."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from operator import itemgetter

from chalicelib.scheduling.model.availability.intervals import Interval, ceil_second, floor_second, union
from chalicelib.scheduling.model.span import Span

# For each need of a service: the busy spans of every candidate, by the candidate's id.
BusyByNeed = Sequence[Mapping[str, Sequence[Span]]]


def busy_intervals(busy: Sequence[Span]) -> Iterator[Interval]:
    """Convert spans in any order to a union of intervals in whole seconds.

    They are rounded outwards.
    """
    return union((floor_second(start), ceil_second(end)) for start, end in sorted(busy, key=itemgetter(0)))


class Candidate:
    """A room or a device with its busy spans."""

    def __init__(self, busy: Sequence[Span]) -> None:
        self._busy = busy

    @cached_property
    def _bounds(self) -> tuple[list[int], list[int]]:
        intervals = list(busy_intervals(self._busy))
        return [start for start, _ in intervals], [end for _, end in intervals]

    def is_free(self, start: int, end: int) -> bool:
        """Return whether it is free from one second to another."""
        starts, ends = self._bounds
        following = bisect_right(ends, start)
        return following == len(ends) or starts[following] >= end


class Candidates:
    """The candidates for all needs of a service.

    One candidate may serve several kinds of need.
    """

    def __init__(self, needs: BusyByNeed) -> None:
        busy_by_id = {candidate_id: busy for need in needs for candidate_id, busy in need.items()}
        bits = {candidate_id: 1 << index for index, candidate_id in enumerate(busy_by_id)}
        self._candidates = [(bits[candidate_id], Candidate(busy)) for candidate_id, busy in busy_by_id.items()]
        masks = [sum(bits[candidate_id] for candidate_id in need) for need in needs]
        self._demands = [
            (_combined_mask(chosen), count)
            for count in range(1, len(masks) + 1)
            for chosen in combinations(masks, count)
        ]

    def can_satisfy(self, start: int, end: int) -> bool:
        """Return whether each need can have a free candidate of its own.

        Free from one second to another. Hall's theorem (P. Hall, "On Representatives of Subsets", 1935): every set
        of needs must have at least as many free candidates as it has needs.
        """
        if not self._demands:
            return True
        free = sum(bit for bit, candidate in self._candidates if candidate.is_free(start, end))
        return all((free & mask).bit_count() >= count for mask, count in self._demands)


def _combined_mask(masks: Sequence[int]) -> int:
    combined = 0
    for mask in masks:
        combined |= mask
    return combined
