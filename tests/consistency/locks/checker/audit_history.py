"""The audit history: each event once, although records are delivered repeatedly and out of order."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from tests.consistency.harness.history import Write
from tests.consistency.locks.checker.lock_states import is_live, waitlist_of
from tests.consistency.locks.item_history import ItemHistory

# The lock's version, the action, the member, and the public lease id.
Entry = tuple[int, str, str, str]
_ACTIONS = {
    "acquired": "acquired",
    "denied": "denied",
    "released": "released",
    "expired": "expired",
    "force_released": "forceReleased",
    "taken_over": "takenOver",
    "granted": "granted",
    "moved": "moved",
}


def history_matches_writes(history: ItemHistory) -> Iterator[str]:
    """There is one entry for each start, end and denial, with its member and cause."""
    happened = Counter(entry for write in history.locks for entry in _entries(write))
    recorded = Counter(
        (int(entry["version"]), entry["action"], entry["userId"], entry["lockId"]) for entry in history.history
    )
    for entry in happened - recorded:
        yield f"no entry for {entry}"
    for entry in recorded - happened:
        yield f"{entry} has an entry, and did not happen"


def statistics_match_history(history: ItemHistory) -> Iterator[str]:
    """Each counter equals the number of its entries."""
    counts = Counter(entry["action"] for entry in history.history)
    for action, attribute in _ACTIONS.items():
        counted = int(history.statistics.get(attribute, 0))
        if counted != counts[action]:
            yield f"{counts[action]} times {action}, counted as {counted}"


def _entries(write: Write) -> Iterator[Entry]:
    old, new = write.old, write.new
    held = old.get("lockId")
    if held is not None and held != write.lock_id:
        version = write.version if new else write.version + 1
        yield version, _end_action(write), old["userId"], public_lease_id(held)
    if write.lock_id is not None and held != write.lock_id:
        yield write.version, "acquired", new["userId"], public_lease_id(write.lock_id)
    if new.get("cause") in ("denied", "lapsed") and write.lock_id is not None:
        for first in waitlist_of(old)[:1]:
            yield write.version, "denied", first["userId"], public_lease_id(write.lock_id)


def _end_action(write: Write) -> str:
    if not write.new:
        return "expired"
    cause = str(write.new["cause"])
    if cause == "acquired":
        # By the same tab, which is a move, or after a deadline that was not announced.
        return "moved" if is_live(write.old, write.new["changedAt"]) else "expired"
    return cause


def public_lease_id(lock_id: str) -> str:
    """Return the public id of a lease, since the lock id itself is a bearer secret."""
    return hashlib.sha256(lock_id.encode()).hexdigest()[:20]
