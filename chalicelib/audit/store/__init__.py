"""The only place of this room that knows DynamoDB.

An entry and what it adds to the counters are one transaction, so that a change that is told twice counts once.
"""

from chalicelib.audit.store.counters import read_tally
from chalicelib.audit.store.history import HistoryItem, Listing, newest_first
from chalicelib.audit.store.keeping import count_attempt, keep

__all__ = ["HistoryItem", "Listing", "count_attempt", "keep", "newest_first", "read_tally"]
