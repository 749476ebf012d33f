"""Frames about locks."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from chalicelib.locking.model import Actor, Cause, ControlRequest, Lock, Tab
from chalicelib.realtime.frames.base import Frame

LockFrameType = Literal["lock-acquired", "lock-released", "lock-update"]
_NO_TAB = ("", "")


@dataclass(frozen=True, slots=True)
class LockFrameBase(Frame):
    """The base of frames about a lock.

    `version` is the lock's version after the change. One change may send a tab several frames of one version; only
    `lock-…` frames are dropped by version.
    """

    appointment_id: str
    version: int
    lock: Lock | None

    @property
    def privileged_member_ids(self) -> frozenset[str]:
        """Ids of the holder and of the member that asks for control."""
        if self.lock is None:
            return frozenset()
        return frozenset(member.user_id for member in (self.lock, self.lock.control_request) if member)

    def redacted_for(self, tab: Tab | None) -> "LockFrameBase":
        """Keep the lock id for the holder's tab, and a message for its two members.

        The message of a request is for holder and requester.
        """
        member_id, tab_id = (tab.member_id, tab.tab_id) if tab else _NO_TAB
        return replace(self, lock=self.lock.redacted_for(member_id, tab_id) if self.lock else None)


@dataclass(frozen=True, slots=True)
class LockFrame(LockFrameBase):
    """A change of a lock. Drop it if `version` is not above the last one seen.

    `by` and `reason` are set for a change by an admin.
    """

    type: LockFrameType
    cause: Cause
    by: Actor | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AdminTakeover(LockFrameBase):
    """An admin has taken your lock. `draft_kept`: the server has your unsaved text."""

    admin_info: Actor
    reason: str
    draft_kept: bool
    type: Literal["admin-takeover"] = "admin-takeover"


@dataclass(frozen=True, slots=True)
class ControlRequested(LockFrameBase):
    """A member asks the holder for control. Sent to both of them."""

    control_request: ControlRequest
    type: Literal["control-requested"] = "control-requested"

    @property
    def privileged_member_ids(self) -> frozenset[str]:
        """Ids of the holder and of the requester."""
        holder = {self.lock.user_id} if self.lock else set()
        return frozenset(holder | {self.control_request.user_id})

    def redacted_for(self, tab: Tab | None) -> "ControlRequested":
        """Keep the tab id for the requester's own tab."""
        seen = cast("ControlRequested", LockFrameBase.redacted_for(self, tab))
        request = self.control_request
        is_own = tab is not None and (request.user_id, request.session_id) == (tab.member_id, tab.tab_id)
        return seen if is_own else replace(seen, control_request=replace(request, session_id=None))


@dataclass(frozen=True, slots=True)
class ControlGranted(LockFrameBase):
    """The lock has passed to the requester. Sent to both members.

    `by` is null after a time-out.
    """

    by: Actor | None = None
    message: str | None = None
    type: Literal["control-granted"] = "control-granted"


@dataclass(frozen=True, slots=True)
class ControlDenied(LockFrameBase):
    """The holder denied the request of `user_id`, with an optional message.

    Sent to both members.
    """

    user_id: str
    by: Actor
    message: str | None = None
    type: Literal["control-denied"] = "control-denied"


@dataclass(frozen=True, slots=True)
class ControlExpired(LockFrameBase):
    """The request of `user_id` was not answered in time. Sent to both members."""

    user_id: str
    type: Literal["control-expired"] = "control-expired"


@dataclass(frozen=True, slots=True)
class LockFree(LockFrameBase):
    """The lock is reserved for you until `expires_at`."""

    expires_at: datetime
    type: Literal["lock-free"] = "lock-free"
