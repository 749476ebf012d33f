"""Each lease has one start and one end."""

from collections import Counter
from collections.abc import Iterator

from tests.consistency.locks.item_history import ItemHistory


def start_and_end_once(history: ItemHistory) -> Iterator[str]:
    """Each lock id starts once and ends once."""
    begun = Counter(
        write.lock_id for write in history.locks if write.lock_id and write.old.get("lockId") != write.lock_id
    )
    ended = Counter(
        write.old["lockId"] for write in history.locks if write.old.get("lockId") not in (None, write.lock_id)
    )
    for lock_id in begun | ended:
        if (begun[lock_id], ended[lock_id]) != (1, 1):
            yield f"{lock_id} started {begun[lock_id]} times and ended {ended[lock_id]} times"


def all_leases_end(history: ItemHistory) -> Iterator[str]:
    """After the drain the lock is free."""
    if "lockId" in history.final_lock:
        yield f"{history.final_lock['lockId']} still holds the lock"
