"""The lock: who may edit one appointment, until when, and what one is told about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.core.auth import Principal
from chalicelib.core.errors import Conflict
from chalicelib.core.shape import Shape

# How long a free lock's item is kept before DynamoDB's TTL removes it. Its version would restart at the clock,
# which is far above any that was counted up from an earlier clock.
MEMORY = timedelta(days=30)

Cause = Literal["acquired", "renewed", "released", "expired"]
State = Literal["unlocked", "locked_by_user", "locked_by_other", "expired"]


@dataclass(frozen=True, slots=True)
class Position(Shape):
    """A pointer's place, each 0 to 1 of the form's width and height."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class UserInfo(Shape):
    """How a member is shown to others."""

    name: str
    email: str
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Lock(Shape):
    """One lease. `version` is the fencing token; `lock_id` and `session_id` are shown only to their owner."""

    appointment_id: str
    version: int
    user_id: str
    user_info: UserInfo
    acquired_at: datetime
    renewed_at: datetime
    expires_at: datetime
    lock_id: str | None = None
    session_id: str | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the lease still runs. The deadline itself still belongs to the holder."""
        return self.expires_at >= now

    def is_held_by(self, tab: "Tab") -> bool:
        """Whether this member in this very tab holds it."""
        return (self.user_id, self.session_id) == (tab.principal.user_id, tab.session_id)

    def as_seen_by(self, user_id: str, session_id: str | None = None) -> "Lock":
        """The lock without what only its owner may know. Without a session, any tab of the holder is the owner."""
        is_owner = user_id == self.user_id and session_id in (None, self.session_id)
        return self if is_owner else replace(self, lock_id=None, session_id=None)


@dataclass(frozen=True, slots=True)
class LockRecord:
    """What is known of an appointment's lock: its version, and the lease if there is one.

    A lease that ran out stays here until somebody takes the lock or its end is announced.
    """

    appointment_id: str
    version: int
    lock: Lock | None
    cause: Cause
    changed_at: datetime

    def state_for(self, user_id: str, now: datetime) -> State:
        """One of the four states of the contract, as this member sees it."""
        if self.lock is None:
            return "unlocked"
        if not self.lock.is_live(now):
            return "expired"
        return "locked_by_user" if self.lock.user_id == user_id else "locked_by_other"

    def live_lock(self, now: datetime) -> Lock | None:
        """The lease, if it still runs."""
        return self.lock if self.lock and self.lock.is_live(now) else None


@dataclass(frozen=True, slots=True)
class LockStatus(Shape):
    """The lock of one appointment, as the caller sees it at `server_time`."""

    appointment_id: str
    state: State
    lock: Lock | None
    version: int
    server_time: datetime


@dataclass(frozen=True, slots=True)
class Tab:
    """A member in one browser tab: the only thing that can hold a lock."""

    principal: Principal
    session_id: str


class Locked(Conflict):
    """Somebody has the lock; `lock` says who and until when, `sameUser` whether it is another tab of yours."""

    code, title = "LOCKED", "Somebody is editing this appointment"

    def __init__(self, lock: Lock, tab: Tab) -> None:
        viewer_id = tab.principal.user_id
        same_user = lock.user_id == viewer_id
        who = "You are editing this in another tab" if same_user else f"{lock.user_info.name} is editing this"
        super().__init__(f"{who}.", lock=lock.as_seen_by(viewer_id, tab.session_id), sameUser=same_user)


class LockLost(Conflict):
    """The lock that was named is not held any more; `lock` is the present one, or null.

    Who is not signed in is told no more than that.
    """

    code, title = "LOCK_LOST", "You no longer hold the lock"

    def __init__(self, lock: Lock | None, viewer_id: str | None) -> None:
        if viewer_id is None:
            super().__init__("This lock id does not hold the lock.", lock=None)
            return
        seen = lock.as_seen_by(viewer_id) if lock else None
        holder = f" {lock.user_info.name} has it now." if lock else " Nobody has it now."
        super().__init__(f"Your lock has ended.{holder} Your text was not saved; keep a copy.", lock=seen)


class LockRequired(Conflict):
    code, title = "LOCK_REQUIRED", "Take the lock before you save"


class LockVersionMismatch(Conflict):
    """The lock changed since the caller looked; `current` is its present status."""

    code, title = "VERSION_MISMATCH", "This has changed since you looked"

    def __init__(self, current: LockStatus) -> None:
        super().__init__(f"The lock is at version {current.version} now; look again.", current=current)
