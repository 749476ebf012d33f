"""The entries of the history."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Actor, Lock

# Each lease starts with `acquired` and ends with an ending; `denied` is a control request during a lease.
Ending = Literal["released", "expired", "force_released", "taken_over", "granted", "moved"]
Action = Literal["acquired", "denied", Ending]
# The start of a lease: an acquire, or the end of another lease.
StartedBy = Literal["acquired", "taken_over", "granted", "moved"]

# `released_by` of a lease that no member ended.
SYSTEM = "system"
_PUBLIC_ID_LENGTH = 20


@dataclass(frozen=True, slots=True)
class HistoryMetadata(Schema):
    """Details of an entry; each field is present only where it applies.

    Of an `acquired` lease: `how` it started, and the previous holder (`from`). Of a lease that was taken over or
    granted: the next holder (`to`). `by`: the admin of an override, or the holder of a granted or denied request,
    whose `message` only the two members and admins see. `unanswered`: the holder did not respond in time.
    `connectionLost`: the lease was shortened because its tab lost the connection.
    """

    how: StartedBy | None = None
    from_: Actor | None = None
    to: Actor | None = None
    by: Actor | None = None
    message: str | None = None
    unanswered: bool | None = None
    connection_lost: bool | None = None

    @property
    def member_ids(self) -> set[str]:
        """The ids of all members in the details."""
        return {actor.user_id for actor in (self.from_, self.to, self.by) if actor}


@dataclass(frozen=True, slots=True)
class HistoryEntry(Schema):
    """The start or end of a lease, or a denied request.

    `userId` is the holder or the requester.

    `timestamp` is the time of the change, and of an `expired` lease the deadline. Where a lease ended, `duration`
    is its length in seconds, to the millisecond, and `releasedBy` is a member or `system`. `lockId` is the same in
    all entries of a lease; it is not the lock id, which is a secret. `version` is the lock's version after the
    change.
    """

    id: str
    appointment_id: str
    version: int
    user_id: str
    user_name: str
    user_email: str
    action: Action
    timestamp: datetime
    lock_id: str
    metadata: HistoryMetadata
    duration: float | None = None
    released_by: str | None = None
    reason: str | None = None

    @property
    def sort_position(self) -> str:
        """The entry's position among those of its appointment."""
        return self.id.removeprefix(f"{self.appointment_id}-")

    def redacted_for(self, viewer: Principal) -> "HistoryEntry":
        """Return the entry, with its message only for its members and admins."""
        if viewer.role == "admin" or viewer.member_id in {self.user_id, *self.metadata.member_ids}:
            return self
        return replace(self, metadata=replace(self.metadata, message=None))


@dataclass(frozen=True, slots=True)
class HistoryPage(Schema):
    """A page of the history, newest first. `nextCursor` is null on the last page."""

    items: list[HistoryEntry]
    next_cursor: str | None


def entry_position(version: int, number: int) -> str:
    """Return the position of an entry by the lock's version and its number.

    Positions sort by time.
    """
    return f"{version:016d}-{number}"


def public_lease_id(lock: Lock) -> str:
    """Return a one-way hash of the lock id, which is a bearer secret."""
    return hashlib.sha256(str(lock.lock_id).encode()).hexdigest()[:_PUBLIC_ID_LENGTH]
