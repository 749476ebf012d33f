"""What lock requests take and give."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.core.http.constraints import Length
from chalicelib.core.http.schema import Schema, TabId, Version
from chalicelib.locking.model import ControlRequest, Lock, Message, Reason

LockId = Annotated[str, Length(1, 128)]
UserId = Annotated[str, Length(1, 64)]


@dataclass(frozen=True, slots=True)
class AcquireLock(Schema):
    """`session_id` names the browser tab; `expected_version` refuses a lock that changed meanwhile."""

    session_id: TabId
    expected_version: Version | None = None


@dataclass(frozen=True, slots=True)
class RenewLock(Schema):
    """The lock that the caller holds."""

    lock_id: LockId


@dataclass(frozen=True, slots=True)
class ReleaseLock(Schema):
    """The lock that the caller holds, and optionally the version it must be at."""

    lock_id: LockId
    expected_version: Version | None = None


@dataclass(frozen=True, slots=True)
class MoveLock(Schema):
    """The tab that is to have the lock."""

    session_id: TabId


@dataclass(frozen=True, slots=True)
class TakeOver(Schema):
    """The admin's tab, why, and the version at which the admin looked at the lock."""

    session_id: TabId
    reason: Reason
    expected_version: Version


@dataclass(frozen=True, slots=True)
class ForceRelease(Schema):
    """Why, and the version at which the admin looked at the lock."""

    reason: Reason
    expected_version: Version


@dataclass(frozen=True, slots=True)
class RequestControl(Schema):
    """The tab that asks, and a word to the holder."""

    session_id: TabId
    message: Message = ""


@dataclass(frozen=True, slots=True)
class RespondControl(Schema):
    """The holder's answer to the first in line, with a word back.

    `user_id` names whom the holder means; the answer is refused if somebody else is first in line by now.
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
    """The lock is free; `version` is what it is at now, 0 if it was never locked."""

    appointment_id: str
    lock: None
    version: int


@dataclass(frozen=True, slots=True)
class ControlState(Schema):
    """The lock as the caller sees it now, and their place in the waiting line: 1 is next, null is not in it.

    `control_request` is the caller's own request once it is the one that the holder is to answer.
    """

    appointment_id: str
    version: int
    lock: Lock | None
    position: int | None
    control_request: ControlRequest | None
