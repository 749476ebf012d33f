"""Who holds the lock, by the store's own order."""

from collections.abc import Callable, Iterator

from tests.consistency.faults.checker.lock_states import is_lease_of, is_live, reserved_for, waitlist_of
from tests.consistency.faults.item_history import ItemHistory, Write
from tests.consistency.table_reader import Fields

_SAME = ("userId", "userName", "userEmail", "sessionId")


def no_two_holders(record: ItemHistory) -> Iterator[str]:
    """A hold ends before another begins: given up, over by the clock of who took it, or passed on by its rules."""
    for write in record.locks:
        if write.old.get("lockId") not in (None, write.lock_id) and not _may_end(write):
            yield f"version {write.version} ({write.new.get('cause')}) ended a hold that was good"


def waitlist_order_is_kept(record: ItemHistory) -> Iterator[str]:
    """What has come free is taken first by who waited for it, while it is their turn."""
    for write in record.locks:
        if write.new.get("cause") != "acquired" or not write.old or _is_same_tab(write):
            continue
        turn = reserved_for(write.old, write.new["changedAt"])
        if turn not in (None, write.new["userId"]):
            yield f"version {write.version}: {write.new['userId']} took what was kept for {turn}"


def holder_is_stable(record: ItemHistory) -> Iterator[str]:
    """While a hold lasts it is the same member's in the same tab."""
    for write in record.locks:
        if write.lock_id is not None and write.old.get("lockId") == write.lock_id:
            changed = [name for name in _SAME if write.old.get(name) != write.new.get(name)]
            if changed:
                yield f"version {write.version} changed {changed} of a hold"


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
