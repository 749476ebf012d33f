"""The meaning of a lock's state at an instant, written independently of the product."""

from tests.consistency.locks.item_history import REMOVED_VERSION
from tests.consistency.table_reader import Fields

# How long a free lock is reserved for the first waiter.
RESERVATION_MS = 5000


def is_live(state: Fields, now_ms: int) -> bool:
    """Whether the lock has a live lease."""
    return "lockId" in state and bool(state["expiresAt"] >= now_ms)


def is_lease_of(state: Fields, user: str, session: str) -> bool:
    """Whether the lease, live or not, is of this tab."""
    return (state.get("userId"), state.get("sessionId")) == (user, session)


def is_version(state: Fields, version: int) -> bool:
    """Whether a lock is at this version. Without an item, its last version is kept, if late."""
    if REMOVED_VERSION in state:
        return bool(version <= state[REMOVED_VERSION] + 1)
    return bool(state["version"] == version)


def waitlist_of(state: Fields) -> list[Fields]:
    """Return the waitlist."""
    return list(state.get("line", []))


def reserved_for(state: Fields, now_ms: int) -> str | None:
    """Return the member for whom a free lock is reserved at that time."""
    waitlist, turn_ends_at = waitlist_of(state), state.get("turnEndsAt")
    if "lockId" in state:
        waitlist = [waiter for waiter in waitlist if "goneAt" not in waiter]
        turn_ends_at = state["expiresAt"] + RESERVATION_MS
    while waitlist and turn_ends_at is not None and turn_ends_at < now_ms:
        waitlist, turn_ends_at = waitlist[1:], turn_ends_at + RESERVATION_MS
    return waitlist[0]["userId"] if waitlist else None
