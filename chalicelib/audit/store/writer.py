"""Writes of the history, each applied once however often its record is delivered."""

from datetime import timedelta

from chalicelib.audit.model import ONE_ATTEMPT, Counters, HistoryEntry, count_entries
from chalicelib.audit.store import counters
from chalicelib.audit.store.history import to_item
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.security.rate_limit import Attempt

# A stream may redeliver a record for a day.
_MARKER_TTL = timedelta(days=7)


def write_entries(tenant_id: str, entries: list[HistoryEntry]) -> bool:
    """Write the entries of one change and add them to the counters.

    Returns False if they were written before.

    One transaction and, where a lease ended, one call for each longest lease: the appointment's and the member's.
    """
    increments = _increments(tenant_id, entries)
    transaction = Transaction()
    for entry in entries:
        transaction.put(to_item(tenant_id, entry), unless_exists=True, refused=_AlreadyProcessed)
    for key, increment in increments.items():
        counters.add_counts(transaction, key, increment)
    is_new = _run_once(transaction)
    # Also after a repeat: the first attempt may have stopped here.
    for key, increment in increments.items():
        if increment.longest_ms:
            counters.update_longest(key, increment.longest_ms)
    return is_new


def _increments(tenant_id: str, entries: list[HistoryEntry]) -> dict[Key, Counters]:
    by_key: dict[Key, list[HistoryEntry]] = {
        keys.appointment_statistics_key(tenant_id, entries[0].appointment_id): entries
    }
    for entry in entries:
        by_key.setdefault(keys.member_statistics_key(tenant_id, entry.user_id), []).append(entry)
    return {key: count_entries(counted) for key, counted in by_key.items()}


class ProcessedMarker(DataItem):
    """The marker of an attempt that is in the counters."""


def count_attempt(window: Key, attempt: Attempt, image: Image) -> bool:
    """Count an attempt for its appointment and its member; one transaction.

    Returns False if counted before.

    `image` is the rate limit's counter after the attempt; the attempt is identified by its number in the window.
    """
    ttl = int((attempt.at + _MARKER_TTL).timestamp())
    tenant_id, marker = attempt.tenant_id, keys.attempt_key(window, int(image["count"]["N"]))
    transaction = Transaction()
    transaction.put(ProcessedMarker.for_key(marker, ttl=ttl), unless_exists=True, refused=_AlreadyProcessed)
    for key in (
        keys.appointment_statistics_key(tenant_id, attempt.subject_id),
        keys.member_statistics_key(tenant_id, attempt.member_id),
    ):
        counters.add_counts(transaction, key, ONE_ATTEMPT)
    return _run_once(transaction)


class _AlreadyProcessed(Exception):
    """The record was redelivered and is already in the history."""


def _run_once(transaction: Transaction) -> bool:
    try:
        transaction.commit()
    except _AlreadyProcessed:
        return False
    return True
