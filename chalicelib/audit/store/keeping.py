"""Writing the history, each thing once however often it is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.audit.model import AN_ATTEMPT, HistoryEntry, Tally, tally_of
from chalicelib.audit.store import counters
from chalicelib.audit.store.history import HistoryItem, item_of
from chalicelib.core import keys
from chalicelib.core.rate_limit import Attempt
from chalicelib.core.table.item import DataItem
from chalicelib.core.table.writing import ConditionFailed, transact

# A stream keeps its records, and may bring them again, for a day.
_MARK_LIFE = timedelta(days=7)


def keep(tenant_id: str, entries: list[HistoryEntry]) -> bool:
    """Write the entries of one change and add them to the counters; False if they were there already.

    One transaction, and where a hold ended one call for each longest: of the appointment, of its holder.
    """
    tallies = _tallies(tenant_id, entries)

    def fill(write: TransactWrite) -> None:
        for entry in entries:
            write.save(item_of(tenant_id, entry), HistoryItem.pk.does_not_exist())
        for partition, tally in tallies.items():
            counters.add(write, partition, tally)

    is_new = _once(fill)
    # Also when they were there: who wrote them may have got no further.
    for partition, tally in tallies.items():
        if tally.longest_ms:
            counters.keep_longest(partition, tally.longest_ms)
    return is_new


def _tallies(tenant_id: str, entries: list[HistoryEntry]) -> dict[str, Tally]:
    of_members: dict[str, list[HistoryEntry]] = {}
    for entry in entries:
        of_members.setdefault(keys.member_history(tenant_id, entry.user_id), []).append(entry)
    appointment = keys.appointment(tenant_id, entries[0].appointment_id)
    return {place: tally_of(told) for place, told in {appointment: entries, **of_members}.items()}


class MarkItem(DataItem):
    """One attempt that is in the counters already."""


def count_attempt(attempt: Attempt, image: dict[str, Any]) -> bool:
    """Count one attempt, for its appointment and its member; False if it was counted already. One transaction.

    `image` is the counter that told of it: which attempt of its window it was makes it known again.
    """
    ttl = int((attempt.at + _MARK_LIFE).timestamp())
    mark = MarkItem(image["pk"]["S"], keys.attempt(int(image["count"]["N"])), ttl=ttl)

    def fill(write: TransactWrite) -> None:
        write.save(mark, MarkItem.pk.does_not_exist())
        counters.add(write, keys.appointment(attempt.tenant_id, attempt.appointment_id), AN_ATTEMPT)
        counters.add(write, keys.member_history(attempt.tenant_id, attempt.user_id), AN_ATTEMPT)

    return _once(fill)


def _once(fill: Callable[[TransactWrite], None]) -> bool:
    try:
        transact(fill)
    except ConditionFailed:
        return False
    return True
