"""Schemas of the lock's requests and responses."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.core.http.constraints import Length
from chalicelib.core.http.schema import Schema, TabId, Version
from chalicelib.locking.model import ControlRequest, Lock, Message, Reason

LockId = Annotated[str, Length(1, 128)]
UserId = Annotated[str, Length(1, 64)]


@dataclass(frozen=True, slots=True)
class AcquireLock(Schema):
    """The tab that acquires the lock.

    With `expectedVersion` the request fails if the lock has changed since.
    """

    session_id: TabId
    expected_version: Version | None = None


@dataclass(frozen=True, slots=True)
class RenewLock(Schema):
    """The lock that the caller holds."""

    lock_id: LockId


@dataclass(frozen=True, slots=True)
class ReleaseLock(Schema):
    """The lock that the caller holds.

    With `expectedVersion` the request fails if the lock has changed since.
    """

    lock_id: LockId
    expected_version: Version | None = None


@dataclass(frozen=True, slots=True)
class MoveLock(Schema):
    """The tab that receives the lock."""

    session_id: TabId


@dataclass(frozen=True, slots=True)
class TakeOver(Schema):
    """The admin's tab, the reason, and the lock's version that the admin has read."""

    session_id: TabId
    reason: Reason
    expected_version: Version


@dataclass(frozen=True, slots=True)
class ForceRelease(Schema):
    """The reason, and the lock's version that the admin has read."""

    reason: Reason
    expected_version: Version


@dataclass(frozen=True, slots=True)
class RequestControl(Schema):
    """The requesting tab, and a message to the holder."""

    session_id: TabId
    message: Message = ""


@dataclass(frozen=True, slots=True)
class RespondControl(Schema):
    """The holder's response to the first request, with a message.

    With `userId` it is refused if another member is first in the waitlist by now.
    """

    lock_id: LockId
    grant: bool
    user_id: UserId | None = None
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class LockResponse(Schema):
    """The lock that the caller now holds."""

    lock: Lock


@dataclass(frozen=True, slots=True)
class ReleaseResponse(Schema):
    """The lock is free.

    `version` is its current version, 0 if the appointment was never locked.
    """

    appointment_id: str
    lock: None
    version: int


@dataclass(frozen=True, slots=True)
class ControlState(Schema):
    """The lock as the caller sees it, and the caller's position in the waitlist.

    `position` is 1 for the next member, null for a member that is not waiting. `controlRequest` is the caller's
    own request once it is first, when the holder can respond to it.
    """

    appointment_id: str
    version: int
    lock: Lock | None
    position: int | None
    control_request: ControlRequest | None
