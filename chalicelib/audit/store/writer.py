"""Writing the history, each thing once however often it is told."""

from datetime import timedelta
from typing import Any

from chalicelib.audit.model import ONE_ATTEMPT, Counters, HistoryEntry, count_entries
from chalicelib.audit.store import counters
from chalicelib.audit.store.history import item_of
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.security.rate_limit import Attempt

# A stream keeps its records, and may bring them again, for a day.
_MARKER_TTL = timedelta(days=7)


def write_entries(tenant_id: str, entries: list[HistoryEntry]) -> bool:
    """Write the entries of one change and add them to the counters; False if they were there already.

    One transaction, and where a hold ended one call for each longest: of the appointment, of its holder.
    """
    tallies = _counters_by_partition(tenant_id, entries)
    transaction = Transaction()
    for entry in entries:
        transaction.put(item_of(tenant_id, entry), unless_exists=True, refused=_WrittenBefore)
    for counter, tally in tallies.items():
        counters.add_counts(transaction, counter, tally)
    is_new = _run_once(transaction)
    # Also when they were there: who wrote them may have got no further.
    for counter, tally in tallies.items():
        if tally.longest_ms:
            counters.update_longest(counter, tally.longest_ms)
    return is_new


def _counters_by_partition(tenant_id: str, entries: list[HistoryEntry]) -> dict[Key, Counters]:
    of_members: dict[Key, list[HistoryEntry]] = {}
    for entry in entries:
        of_members.setdefault(keys.member_statistics_key(tenant_id, entry.user_id), []).append(entry)
    appointment = keys.appointment_statistics_key(tenant_id, entries[0].appointment_id)
    return {counter: count_entries(told) for counter, told in {appointment: entries, **of_members}.items()}


class ProcessedMarker(DataItem):
    """One attempt that is in the counters already."""


def count_attempt(window: Key, attempt: Attempt, image: dict[str, Any]) -> bool:
    """Count one attempt, for its appointment and its member; False if it was counted already. One transaction.

    `image` is the counter that told of it: which attempt of its window it was makes it known again.
    """
    ttl = int((attempt.at + _MARKER_TTL).timestamp())
    tenant_id, marker = attempt.tenant_id, keys.attempt_key(window, int(image["count"]["N"]))
    transaction = Transaction()
    transaction.put(ProcessedMarker.for_key(marker, ttl=ttl), unless_exists=True, refused=_WrittenBefore)
    for counter in (
        keys.appointment_statistics_key(tenant_id, attempt.subject_id),
        keys.member_statistics_key(tenant_id, attempt.member_id),
    ):
        counters.add_counts(transaction, counter, ONE_ATTEMPT)
    return _run_once(transaction)


class _WrittenBefore(Exception):
    """A redelivered record was written down already."""


def _run_once(transaction: Transaction) -> bool:
    try:
        transaction.commit()
    except _WrittenBefore:
        return False
    return True
