"""Counters of the history, and the statistics computed from them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from chalicelib.audit.model.entry import Action, HistoryEntry
from chalicelib.core.http.schema import Schema

ACTIONS: tuple[Action, ...] = get_args(Action)
# The counters beside one for each action.
LEASES, LEASE_MS, TAKEOVERS, ATTEMPTS, WON = "leases", "lease_ms", "takeovers", "attempts", "won"
COUNTER_NAMES = (*ACTIONS, LEASES, LEASE_MS, TAKEOVERS, ATTEMPTS, WON)


@dataclass(frozen=True, slots=True)
class Counters:
    """Counters by name, and the longest lease in milliseconds."""

    counts: Mapping[str, int] = field(default_factory=dict)
    longest_ms: int = 0

    def count(self, name: str) -> int:
        """Return one counter."""
        return self.counts.get(name, 0)


ONE_ATTEMPT = Counters({ATTEMPTS: 1})


def count_entries(entries: Iterable[HistoryEntry]) -> Counters:
    """Return the increments for these entries.

    A lease and its length count at its end. A takeover, and an attempt that acquired the lock, count at the start
    of the lease.
    """
    counts: Counter[str] = Counter()
    longest_ms = 0
    for entry in entries:
        counts[entry.action] += 1
        if entry.duration is not None:
            lease_ms = round(entry.duration * 1000)
            counts.update({LEASES: 1, LEASE_MS: lease_ms})
            longest_ms = max(longest_ms, lease_ms)
        counts.update({TAKEOVERS: entry.metadata.how == "taken_over", WON: entry.metadata.how == "acquired"})
    return Counters({name: count for name, count in counts.items() if count}, longest_ms)


@dataclass(frozen=True, slots=True)
class Statistics(Schema):
    """The history in numbers. `actions` counts the entries.

    `holds` are the ended leases; their mean and longest length are in seconds, null without one. `attempts` are
    all requests to acquire, and `contention` those that did not acquire the lock. `takeovers` are those of this
    lock, or those by this member; a member's lost leases are in `actions`.
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
    """The statistics of an appointment's lock."""

    appointment_id: str


@dataclass(frozen=True, slots=True)
class MemberStatistics(Statistics):
    """The statistics of a member's leases and attempts."""

    user_id: str


def to_statistics(counters: Counters) -> dict[str, Any]:
    """Return the fields of `Statistics`."""
    leases, attempts = counters.count(LEASES), counters.count(ATTEMPTS)
    return {
        "actions": {action: counters.count(action) for action in ACTIONS},
        "holds": leases,
        "mean_hold_seconds": round(counters.count(LEASE_MS) / leases) / 1000 if leases else None,
        "longest_hold_seconds": counters.longest_ms / 1000 if leases else None,
        "attempts": attempts,
        # Two records count an attempt and its success, in either order.
        "contention": max(0, attempts - counters.count(WON)),
        "takeovers": counters.count(TAKEOVERS),
    }
