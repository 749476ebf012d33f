"""The checker: what must hold of every record, whatever happened to the clients and to the network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.consistency.faults.checker import audit_history, holders, leases, rejections, responses, saves, versions
from tests.consistency.faults.item_history import ItemHistory

Invariant = Callable[[ItemHistory], Iterator[str]]
INVARIANTS: dict[str, Invariant] = {
    "the fencing number only grows": versions.versions_grow,
    "the stream has every version": versions.stream_is_complete,
    "no two holders": holders.no_two_holders,
    "a hold stays its holder's": holders.holder_is_stable,
    "nobody jumps the line": holders.waitlist_order_is_kept,
    "a save had the lock": saves.saves_held_lock,
    "no save is lost": saves.no_lost_saves,
    "what was told is stored": responses.successes_are_stored,
    "what was seen was so": responses.reads_were_visible,
    "one no is one asker's": responses.one_denial_per_response,
    "nothing broke": responses.no_internal_errors,
    "a refusal left nothing": rejections.rejections_wrote_nothing,
    "a refusal had its reason": rejections.rejections_had_reason,
    "a hold begins and ends once": leases.start_and_end_once,
    "every lock ends": leases.all_leases_end,
    "the history tells what happened": audit_history.history_matches_writes,
    "the statistics count each thing once": audit_history.statistics_match_history,
}


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, and where."""

    invariant: str
    appointment: str
    detail: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.detail} [{self.appointment}]"


def violations(record: ItemHistory) -> list[Violation]:
    """Everything that is wrong with a record."""
    return [
        Violation(invariant, record.appointment, what)
        for invariant, check in INVARIANTS.items()
        for what in check(record)
    ]
