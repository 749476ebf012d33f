"""The lock's version, its fencing token, in the store's own order."""

from collections.abc import Iterator
from itertools import pairwise

from tests.consistency.locks.item_history import ItemHistory


def versions_grow(history: ItemHistory) -> Iterator[str]:
    """Each version is above all earlier ones, across removals of the item."""
    highest = 0
    for write in history.locks:
        if write.new and write.version <= highest:
            yield f"version {write.version} after {highest}"
        highest = max(highest, write.version)


def stream_is_complete(history: ItemHistory) -> Iterator[str]:
    """Each write starts from the last one, one version higher; only a removal breaks the chain."""
    for before, after in pairwise(history.locks):
        if after.old != before.new:
            yield f"version {after.version} did not follow version {before.version}"
        elif after.old and after.new and after.version != before.version + 1:
            yield f"version {after.version} came right after {before.version}"
    if history.locks and history.locks[-1].new != history.final_lock:
        yield f"the stored lock differs from version {history.locks[-1].version}"
