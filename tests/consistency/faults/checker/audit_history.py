"""The history: exactly what happened, and nothing twice, however often and in whatever order it was told."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from tests.consistency.faults.checker.lock_states import is_live, waitlist_of
from tests.consistency.faults.item_history import ItemHistory, Write

# A lock's version, what happened, to whom, and under which name of the hold.
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


def history_matches_writes(record: ItemHistory) -> Iterator[str]:
    """One entry for each beginning, each end and each no, with who it was and why it ended."""
    happened = Counter(entry for write in record.locks for entry in _entries(write))
    told = Counter(
        (int(entry["version"]), entry["action"], entry["userId"], entry["lockId"]) for entry in record.history
    )
    for entry in happened - told:
        yield f"nothing is told of {entry}"
    for entry in told - happened:
        yield f"{entry} is told, and did not happen"


def statistics_match_history(record: ItemHistory) -> Iterator[str]:
    """The counters are those of the entries."""
    counts = Counter(entry["action"] for entry in record.history)
    for action, attribute in _ACTIONS.items():
        counted = int(record.statistics.get(attribute, 0))
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
        # By the same tab, which makes it a move, or after a deadline that nobody had announced.
        return "moved" if is_live(write.old, write.new["changedAt"]) else "expired"
    return cause


def public_lease_id(lock_id: str) -> str:
    """The hold's name in the history, where the lock id itself would be a right."""
    return hashlib.sha256(lock_id.encode()).hexdigest()[:20]
