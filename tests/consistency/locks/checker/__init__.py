"""What must hold of each history of the locks suite, whatever happened to clients and network."""

from tests.consistency.harness.checker import Invariant
from tests.consistency.locks.checker import audit_history, holders, leases, rejections, responses, saves, versions
from tests.consistency.locks.item_history import ItemHistory

INVARIANTS: dict[str, Invariant[ItemHistory]] = {
    "versions grow": versions.versions_grow,
    "the stream is complete": versions.stream_is_complete,
    "no two holders": holders.no_two_holders,
    "a lease keeps its holder": holders.holder_is_stable,
    "the waitlist keeps its order": holders.waitlist_order_is_kept,
    "a save held the lock": saves.saves_held_lock,
    "no save is lost": saves.no_lost_saves,
    "successes are stored": responses.successes_are_stored,
    "reads were visible": responses.reads_were_visible,
    "one response denies one waiter": responses.one_denial_per_response,
    "no internal errors": responses.no_internal_errors,
    "rejections wrote nothing": rejections.rejections_wrote_nothing,
    "rejections had a reason": rejections.rejections_had_reason,
    "a lease starts and ends once": leases.start_and_end_once,
    "all leases end": leases.all_leases_end,
    "the history matches the writes": audit_history.history_matches_writes,
    "the statistics match the history": audit_history.statistics_match_history,
}
