"""What is counted of a lock's history."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from chalicelib.audit.model.entry import Action, HistoryEntry
from chalicelib.core.http.schema import Schema

ACTIONS: tuple[Action, ...] = get_args(Action)
# Beside one counter for each action.
LEASES, LEASE_MS, TAKEOVERS, ATTEMPTS, WON = "holds", "held_ms", "takeovers", "attempts", "won"
COUNTER_NAMES = (*ACTIONS, LEASES, LEASE_MS, TAKEOVERS, ATTEMPTS, WON)


@dataclass(frozen=True, slots=True)
class Counters:
    """Counters by name, in whole numbers, and the longest hold in milliseconds."""

    counts: Mapping[str, int] = field(default_factory=dict)
    longest_ms: int = 0

    def count(self, name: str) -> int:
        """One counter, 0 if nothing was counted."""
        return self.counts.get(name, 0)


ONE_ATTEMPT = Counters({ATTEMPTS: 1})


def count_entries(entries: Iterable[HistoryEntry]) -> Counters:
    """What these entries add to the counters.

    A hold is counted as one, and by its length, when it ends; a takeover with the hold that it begins, and so is
    an attempt that got the lock.
    """
    counts: Counter[str] = Counter()
    longest_ms = 0
    for entry in entries:
        counts[entry.action] += 1
        if entry.duration is not None:
            held_ms = round(entry.duration * 1000)
            counts.update({LEASES: 1, LEASE_MS: held_ms})
            longest_ms = max(longest_ms, held_ms)
        counts.update({TAKEOVERS: entry.metadata.how == "taken_over", WON: entry.metadata.how == "acquired"})
    return Counters({name: count for name, count in counts.items() if count}, longest_ms)


@dataclass(frozen=True, slots=True)
class Statistics(Schema):
    """The history in numbers. `actions` counts its entries; `holds` are those that have ended, and the mean and
    the longest are theirs, in seconds, null before the first has.

    `attempts` are requests to acquire, whatever became of them, and `contention` is how many of them got no lock.
    `takeovers` are those of this lock, or those that this member made; what a member lost is in `actions`.
    """

    actions: dict[Action, int]
    holds: int
    mean_hold_seconds: float | None
    longest_hold_seconds: float | None
    attempts: int
    contention: int
    takeovers: int


@dataclass(frozen=True, slots=True)
class AppointmentStatistics(Statistics):
    """Of one appointment's lock."""

    appointment_id: str


@dataclass(frozen=True, slots=True)
class MemberStatistics(Statistics):
    """Of one member's holds and attempts."""

    user_id: str


def to_statistics(tally: Counters) -> dict[str, Any]:
    """What the counters say: the fields of `Statistics`."""
    holds, attempts = tally.count(LEASES), tally.count(ATTEMPTS)
    return {
        "actions": {action: tally.count(action) for action in ACTIONS},
        "holds": holds,
        "mean_hold_seconds": round(tally.count(LEASE_MS) / holds) / 1000 if holds else None,
        "longest_hold_seconds": tally.longest_ms / 1000 if holds else None,
        "attempts": attempts,
        # An attempt and what it came to are counted by two records, in either order.
        "contention": max(0, attempts - tally.count(WON)),
        "takeovers": tally.count(TAKEOVERS),
    }
