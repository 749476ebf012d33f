"""What a state of the lock means to somebody with a clock: written down anew, and not taken from the product."""

from tests.consistency.faults.item_history import REMOVED_VERSION
from tests.consistency.table_reader import Fields

# How long a lock that has come free is kept for the first in line.
RESERVATION_MS = 5000


def is_live(state: Fields, now_ms: int) -> bool:
    """Whether somebody holds the lock."""
    return "lockId" in state and bool(state["expiresAt"] >= now_ms)


def is_lease_of(state: Fields, user: str, session: str) -> bool:
    """Whether the hold, live or not, is this tab's."""
    return (state.get("userId"), state.get("sessionId")) == (user, session)


def is_version(state: Fields, version: int) -> bool:
    """Whether a lock is at this version. Of one without an item the last version is known, sooner or later."""
    if REMOVED_VERSION in state:
        return bool(version <= state[REMOVED_VERSION] + 1)
    return bool(state["version"] == version)


def waitlist_of(state: Fields) -> list[Fields]:
    """Those who wait."""
    return list(state.get("line", []))


def reserved_for(state: Fields, now_ms: int) -> str | None:
    """The member for whom a lock that nobody holds is kept at that time, if anybody is."""
    line, turn_ends_at = waitlist_of(state), state.get("turnEndsAt")
    if "lockId" in state:
        line = [asker for asker in line if "goneAt" not in asker]
        turn_ends_at = state["expiresAt"] + RESERVATION_MS
    while line and turn_ends_at is not None and turn_ends_at < now_ms:
        line, turn_ends_at = line[1:], turn_ends_at + RESERVATION_MS
    return line[0]["userId"] if line else None
