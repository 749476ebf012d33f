"""The counters of each appointment's lock and of each member."""

from typing import Any

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.update import Action

from chalicelib.audit.model import COUNTER_NAMES, Counters
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.keys import Key
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction


class StatisticsItem(DataItem):
    """Counters of an appointment or a member; a counter at zero has no attribute."""

    acquired = NumberAttribute(null=True)
    denied = NumberAttribute(null=True)
    released = NumberAttribute(null=True)
    expired = NumberAttribute(null=True)
    force_released = NumberAttribute(null=True, attr_name="forceReleased")
    taken_over = NumberAttribute(null=True, attr_name="takenOver")
    granted = NumberAttribute(null=True)
    moved = NumberAttribute(null=True)
    leases = NumberAttribute(null=True, attr_name="holds")
    lease_ms = NumberAttribute(null=True, attr_name="heldMs")
    takeovers = NumberAttribute(null=True)
    attempts = NumberAttribute(null=True)
    won = NumberAttribute(null=True)
    longest_ms = NumberAttribute(null=True, attr_name="longestMs")


def add_counts(transaction: Transaction, key: Key, counters: Counters) -> None:
    """Add to the counters of an appointment or a member in a transaction."""
    attributes: dict[str, Any] = StatisticsItem.get_attributes()
    actions: list[Action] = [attributes[name].add(count) for name, count in counters.counts.items()]
    transaction.update(StatisticsItem.for_key(key), actions)


def update_longest(key: Key, longest_ms: int) -> None:
    """Raise the longest lease to this length; one call, idempotent."""
    longest = StatisticsItem.longest_ms
    item = StatisticsItem.for_key(key)
    is_longer = longest.does_not_exist() | (longest < longest_ms)
    try:
        with_retries(lambda: item.update([longest.set(longest_ms)], is_longer))
    except ConditionFailed:
        return


def read_counters(key: Key) -> Counters | None:
    """Return the counters of an appointment or a member, None if nothing was counted."""
    item = StatisticsItem.read(key)
    if item is None:
        return None
    counts = {name: int(getattr(item, name) or 0) for name in COUNTER_NAMES}
    return Counters(counts, int(item.longest_ms or 0))
