"""The refusals of requests about a lock."""

from chalicelib.core.http.errors import Conflict
from chalicelib.locking.model.lock import Lock, LockStatus, Tab

APPOINTMENT_NOT_FOUND = "There is no appointment with this id."


class Locked(Conflict):
    """Another tab holds the lock.

    `lock` has the holder and the deadline; `sameUser` marks the caller's own tab.

    With `reserved` the lock is free but reserved, until `expiresAt`, for the first member in the waitlist.
    """

    code, title = "LOCKED", "Somebody is editing this appointment"

    def __init__(self, lock: Lock, tab: Tab, *, reserved: bool = False) -> None:
        same_user = lock.user_id == tab.member_id
        detail = _locked_detail(lock, same_user=same_user, reserved=reserved)
        seen = lock.redacted_for(tab.member_id, tab.tab_id)
        extensions: dict[str, object] = {"reserved": True} if reserved else {}
        super().__init__(detail, lock=seen, sameUser=same_user, **extensions)


def _locked_detail(lock: Lock, *, same_user: bool, reserved: bool) -> str:
    if reserved:
        return f"This is reserved for {lock.user_info.name}; try again in a few seconds."
    if same_user:
        return "You are editing this in another tab."
    return f"{lock.user_info.name} is editing this."


class LockLost(Conflict):
    """The lock id of the request does not hold the lock.

    `lock` is the current lease, null if the lock is free.

    A request without a token gets no lease.
    """

    code, title = "LOCK_LOST", "You no longer hold the lock"

    def __init__(self, lock: Lock | None, viewer_id: str | None) -> None:
        if viewer_id is None:
            super().__init__("This lock id does not hold the lock.", lock=None)
            return
        seen = lock.redacted_for(viewer_id) if lock else None
        holder = f" {lock.user_info.name} has it now." if lock else " Nobody has it now."
        super().__init__(f"Your lock has ended.{holder} Your text was not saved; keep a copy.", lock=seen)


class LockRequired(Conflict):
    code, title = "LOCK_REQUIRED", "Take the lock before you save"


class NotLocked(Conflict):
    code, title = "NOT_LOCKED", "Nobody holds the lock"

    def __init__(self) -> None:
        super().__init__("This appointment is not locked; POST …/acquire-lock acquires the lock.")


class NoControlRequest(Conflict):
    code, title = "NOTHING_ASKED", "This request is no longer there"

    def __init__(self) -> None:
        super().__init__("There is no such request for control any more; read the lock again.")


class WaitlistFull(Conflict):
    code, title = "LINE_FULL", "Too many people are waiting"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} members wait for this lock already; try again later.")


class LockVersionMismatch(Conflict):
    """The lock has changed since the caller read it; `current` is its present status."""

    code, title = "VERSION_MISMATCH", "This has changed since you looked"

    def __init__(self, current: LockStatus) -> None:
        super().__init__(f"The lock is at version {current.version} now; read it again.", current=current)
