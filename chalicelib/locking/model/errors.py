"""Why something about a lock was refused."""

from chalicelib.core.http.errors import Conflict
from chalicelib.locking.model.lock import Lock, LockStatus, Tab

APPOINTMENT_NOT_FOUND = "There is no appointment with this id."


class Locked(Conflict):
    """Somebody has the lock; `lock` says who and until when, `sameUser` whether it is another tab of yours.

    `reserved` says that nobody holds it yet: it is the turn of the first in the waiting line, until `expiresAt`.
    """

    code, title = "LOCKED", "Somebody is editing this appointment"

    def __init__(self, lock: Lock, tab: Tab, *, reserved: bool = False) -> None:
        viewer_id = tab.principal.member_id
        same_user = lock.user_id == viewer_id
        seen = lock.redacted_for(viewer_id, tab.tab_id)
        evidence: dict[str, object] = {"reserved": True} if reserved else {}
        super().__init__(
            _locked_detail(lock, same_user=same_user, reserved=reserved), lock=seen, sameUser=same_user, **evidence
        )


def _locked_detail(lock: Lock, *, same_user: bool, reserved: bool) -> str:
    if reserved:
        return f"It is the turn of {lock.user_info.name}, who waited for it; try again in a few seconds."
    if same_user:
        return "You are editing this in another tab."
    return f"{lock.user_info.name} is editing this."


class LockLost(Conflict):
    """The lock that was named is not held any more; `lock` is the present one, or null.

    Who is not signed in is told no more than that.
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
        super().__init__("Nobody holds the lock of this appointment; POST …/acquire-lock takes it.")


class NoControlRequest(Conflict):
    code, title = "NOTHING_ASKED", "This request is no longer there"

    def __init__(self) -> None:
        super().__init__("Nobody is asking you for control, or somebody else is first in line by now; look again.")


class WaitlistFull(Conflict):
    code, title = "LINE_FULL", "Too many people are waiting"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} people are waiting for this lock already; try again later.")


class LockVersionMismatch(Conflict):
    """The lock changed since the caller looked; `current` is its present status."""

    code, title = "VERSION_MISMATCH", "This has changed since you looked"

    def __init__(self, current: LockStatus) -> None:
        super().__init__(f"The lock is at version {current.version} now; look again.", current=current)
