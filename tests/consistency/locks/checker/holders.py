"""Holders of the lock, in the store's own order."""

from collections.abc import Callable, Iterator

from tests.consistency.harness.history import Write
from tests.consistency.locks.checker.lock_states import is_lease_of, is_live, reserved_for, waitlist_of
from tests.consistency.locks.item_history import ItemHistory
from tests.consistency.table_reader import Fields

_SAME = ("userId", "userName", "userEmail", "sessionId")


def no_two_holders(history: ItemHistory) -> Iterator[str]:
    """Check that a lease ends before another starts.

    It is released, expired by the next holder's clock, or passed on by a rule.
    """
    for write in history.locks:
        if write.old.get("lockId") not in (None, write.lock_id) and not _may_end(write):
            yield f"version {write.version} ({write.new.get('cause')}) ended a live lease"


def waitlist_order_is_kept(history: ItemHistory) -> Iterator[str]:
    """Check that a free lock goes to the first waiter while it is reserved."""
    for write in history.locks:
        if write.new.get("cause") != "acquired" or not write.old or _is_same_tab(write):
            continue
        reserved = reserved_for(write.old, write.new["changedAt"])
        if reserved not in (None, write.new["userId"]):
            yield f"version {write.version}: {write.new['userId']} took the lock reserved for {reserved}"


def holder_is_stable(history: ItemHistory) -> Iterator[str]:
    """Check that a lease keeps its member and tab."""
    for write in history.locks:
        if write.lock_id is not None and write.old.get("lockId") == write.lock_id:
            changed = [name for name in _SAME if write.old.get(name) != write.new.get(name)]
            if changed:
                yield f"version {write.version} changed {changed} of a lease"


def _may_end(write: Write) -> bool:
    if not write.new:
        return bool(write.old["expiresAt"] < write.old["ttl"] * 1000)
    ends = _ENDS.get(write.new["cause"])
    return ends is not None and ends(write.old, write.new)


def _acquired(old: Fields, new: Fields) -> bool:
    return is_lease_of(old, new["userId"], new["sessionId"]) or not is_live(old, new["changedAt"])


def _expired(old: Fields, new: Fields) -> bool:
    return "lockId" not in new and not is_live(old, new["changedAt"])


def _released(_: Fields, new: Fields) -> bool:
    return "lockId" not in new


def _by_an_admin(_: Fields, new: Fields) -> bool:
    return new.get("actorId") is not None and bool(new.get("reason"))


def _granted(old: Fields, new: Fields) -> bool:
    first = waitlist_of(old)[0]
    return bool((first["userId"], first["sessionId"]) == (new["userId"], new["sessionId"]))


def _moved(old: Fields, new: Fields) -> bool:
    return bool(old["userId"] == new["userId"])


def _is_same_tab(write: Write) -> bool:
    return is_lease_of(write.old, write.new["userId"], write.new["sessionId"])


_ENDS: dict[str, Callable[[Fields, Fields], bool]] = {
    "acquired": _acquired,
    "expired": _expired,
    "released": _released,
    "force_released": _by_an_admin,
    "taken_over": _by_an_admin,
    "granted": _granted,
    "moved": _moved,
}
