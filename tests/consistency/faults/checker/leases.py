"""Every hold has one beginning and one end."""

from collections import Counter
from collections.abc import Iterator

from tests.consistency.faults.item_history import ItemHistory


def start_and_end_once(record: ItemHistory) -> Iterator[str]:
    """No lock id that has ended comes back, and none is left out."""
    begun = Counter(
        write.lock_id for write in record.locks if write.lock_id and write.old.get("lockId") != write.lock_id
    )
    ended = Counter(
        write.old["lockId"] for write in record.locks if write.old.get("lockId") not in (None, write.lock_id)
    )
    for lock_id in begun | ended:
        if (begun[lock_id], ended[lock_id]) != (1, 1):
            yield f"{lock_id} began {begun[lock_id]} times and ended {ended[lock_id]} times"


def all_leases_end(record: ItemHistory) -> Iterator[str]:
    """When everybody has gone and every lease is over, the lock is free."""
    if "lockId" in record.final_lock:
        yield f"{record.final_lock['lockId']} still holds it"
