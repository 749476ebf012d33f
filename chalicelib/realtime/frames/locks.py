"""What is told of a lock."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from chalicelib.locking.model import Actor, Cause, ControlRequest, Lock, Tab
from chalicelib.realtime.frames.base import Frame

LockFrameType = Literal["lock-acquired", "lock-released", "lock-update"]
_NO_TAB = ("", "")


@dataclass(frozen=True, slots=True)
class LockFrameBase(Frame):
    """Anything that is told of a lock. `version` is the lock's after the change.

    One change may bring a tab several frames of one version: only `lock-…` frames are dropped by it.
    """

    appointment_id: str
    version: int
    lock: Lock | None

    @property
    def privileged_member_ids(self) -> frozenset[str]:
        """The holder and who asks for control."""
        if self.lock is None:
            return frozenset()
        return frozenset(one.user_id for one in (self.lock, self.lock.control_request) if one)

    def redacted_for(self, tab: Tab | None) -> "LockFrameBase":
        """Only the holder's own tab is told the lock's id; only holder and asker the words of a request."""
        user_id, session_id = (tab.member_id, tab.tab_id) if tab else _NO_TAB
        return replace(self, lock=self.lock.redacted_for(user_id, session_id) if self.lock else None)


@dataclass(frozen=True, slots=True)
class LockFrame(LockFrameBase):
    """A change of a lock. Drop it if `version` is not above the last one seen.

    `by` and `reason` say which admin did it and why.
    """

    type: LockFrameType
    cause: Cause
    by: Actor | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AdminTakeover(LockFrameBase):
    """An admin has taken your lock. `draft_kept` says whether the server has your unsaved text."""

    admin_info: Actor
    reason: str
    draft_kept: bool
    type: Literal["admin-takeover"] = "admin-takeover"


@dataclass(frozen=True, slots=True)
class ControlRequested(LockFrameBase):
    """Somebody asks the holder for control: told to both of them."""

    control_request: ControlRequest
    type: Literal["control-requested"] = "control-requested"

    @property
    def privileged_member_ids(self) -> frozenset[str]:
        """The holder and who asks."""
        holder = {self.lock.user_id} if self.lock else set()
        return frozenset(holder | {self.control_request.user_id})

    def redacted_for(self, tab: Tab | None) -> "ControlRequested":
        """Only the asker's own tab is told its session."""
        seen = cast("ControlRequested", LockFrameBase.redacted_for(self, tab))
        asked = self.control_request
        is_own = tab is not None and (asked.user_id, asked.session_id) == (tab.member_id, tab.tab_id)
        return seen if is_own else replace(seen, control_request=replace(asked, session_id=None))


@dataclass(frozen=True, slots=True)
class ControlGranted(LockFrameBase):
    """The lock has passed to the one who asked: told to both of them. `by` is None if nobody answered in time."""

    by: Actor | None = None
    message: str | None = None
    type: Literal["control-granted"] = "control-granted"


@dataclass(frozen=True, slots=True)
class ControlDenied(LockFrameBase):
    """The holder said no to `user_id`, perhaps with a word: told to both of them."""

    user_id: str
    by: Actor
    message: str | None = None
    type: Literal["control-denied"] = "control-denied"


@dataclass(frozen=True, slots=True)
class ControlExpired(LockFrameBase):
    """The request of `user_id` was not answered in time: told to both of them."""

    user_id: str
    type: Literal["control-expired"] = "control-expired"


@dataclass(frozen=True, slots=True)
class LockFree(LockFrameBase):
    """It is your turn: until `expires_at` nobody else can take the lock."""

    expires_at: datetime
    type: Literal["lock-free"] = "lock-free"
