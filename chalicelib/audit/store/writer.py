"""Writing the history, each thing once however often it is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.audit.model import ONE_ATTEMPT, Counters, HistoryEntry, count_entries
from chalicelib.audit.store import counters
from chalicelib.audit.store.history import HistoryItem, item_of
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import ConditionFailed, transact
from chalicelib.core.security.rate_limit import Attempt

# A stream keeps its records, and may bring them again, for a day.
_MARKER_TTL = timedelta(days=7)


def write_entries(tenant_id: str, entries: list[HistoryEntry]) -> bool:
    """Write the entries of one change and add them to the counters; False if they were there already.

    One transaction, and where a hold ended one call for each longest: of the appointment, of its holder.
    """
    tallies = _counters_by_partition(tenant_id, entries)

    def fill(write: TransactWrite) -> None:
        for entry in entries:
            write.save(item_of(tenant_id, entry), HistoryItem.pk.does_not_exist())
        for partition, tally in tallies.items():
            counters.add_counts(write, partition, tally)

    is_new = _run_once(fill)
    # Also when they were there: who wrote them may have got no further.
    for partition, tally in tallies.items():
        if tally.longest_ms:
            counters.update_longest(partition, tally.longest_ms)
    return is_new


def _counters_by_partition(tenant_id: str, entries: list[HistoryEntry]) -> dict[str, Counters]:
    of_members: dict[str, list[HistoryEntry]] = {}
    for entry in entries:
        of_members.setdefault(keys.history_of_member(tenant_id, entry.user_id), []).append(entry)
    appointment = keys.appointment(tenant_id, entries[0].appointment_id)
    return {place: count_entries(told) for place, told in {appointment: entries, **of_members}.items()}


class ProcessedMarker(DataItem):
    """One attempt that is in the counters already."""


def count_attempt(attempt: Attempt, image: dict[str, Any]) -> bool:
    """Count one attempt, for its appointment and its member; False if it was counted already. One transaction.

    `image` is the counter that told of it: which attempt of its window it was makes it known again.
    """
    ttl = int((attempt.at + _MARKER_TTL).timestamp())
    mark = ProcessedMarker(image["pk"]["S"], keys.attempt_marker(int(image["count"]["N"])), ttl=ttl)

    def fill(write: TransactWrite) -> None:
        write.save(mark, ProcessedMarker.pk.does_not_exist())
        counters.add_counts(write, keys.appointment(attempt.tenant_id, attempt.appointment_id), ONE_ATTEMPT)
        counters.add_counts(write, keys.history_of_member(attempt.tenant_id, attempt.member_id), ONE_ATTEMPT)

    return _run_once(fill)


def _run_once(fill: Callable[[TransactWrite], None]) -> bool:
    try:
        transact(fill)
    except ConditionFailed:
        return False
    return True
