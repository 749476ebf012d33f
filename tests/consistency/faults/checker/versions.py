"""The fencing number, by the store's own order."""

from collections.abc import Iterator
from itertools import pairwise

from tests.consistency.faults.item_history import ItemHistory


def versions_grow(record: ItemHistory) -> Iterator[str]:
    """Each write's version is above all before it, removals of the item included."""
    highest = 0
    for write in record.locks:
        if write.new and write.version <= highest:
            yield f"version {write.version} after {highest}"
        highest = max(highest, write.version)


def stream_is_complete(record: ItemHistory) -> Iterator[str]:
    """Each write begins where the one before ended, one version on; only a removal begins anew."""
    for before, after in pairwise(record.locks):
        if after.old != before.new:
            yield f"version {after.version} did not follow version {before.version}"
        elif after.old and after.new and after.version != before.version + 1:
            yield f"version {after.version} came right after {before.version}"
    if record.locks and record.locks[-1].new != record.final_lock:
        yield f"the lock stands otherwise than version {record.locks[-1].version} left it"
