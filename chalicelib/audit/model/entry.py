"""What is told of a lock afterwards."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Actor, Lock

# Every hold begins with `acquired` and ends with one of the others; `denied` tells of a request during a hold.
Ending = Literal["released", "expired", "force_released", "taken_over", "granted", "moved"]
Action = Literal["acquired", "denied", Ending]
# By what a hold began: somebody's attempt, or the end of another hold.
StartedBy = Literal["acquired", "taken_over", "granted", "moved"]

# Who ends a hold that nobody ended.
SYSTEM = "system"
_PUBLIC_ID_LENGTH = 20


@dataclass(frozen=True, slots=True)
class HistoryMetadata(Schema):
    """What else there is to say; each only where it means something.

    `how` an `acquired` hold began, and whose it was before (`from`); who has it after one that was taken over or
    granted (`to`); the admin who ended it, or the holder who granted or denied it (`by`), and what the holder said
    to that (`message`, for the people concerned and admins). `unanswered`: the holder said nothing in time.
    `connection_lost`: the lease had been cut short because the connection of its tab had dropped.
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
        """The ids of those it names."""
        return {actor.user_id for actor in (self.from_, self.to, self.by) if actor}


@dataclass(frozen=True, slots=True)
class HistoryEntry(Schema):
    """One thing that happened to a lock. `user_id` is whose hold it was, or who was denied one.

    `timestamp` is when it happened, of an `expired` hold its deadline. Where a hold ended, `duration` is how many
    seconds it lasted, to the millisecond, and `released_by` is whoever ended it, or `system`. `lock_id` is the
    same for all entries of one hold and is not the lock's own id, which is a right and not told to anybody.
    `version` is the lock's after the change.
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
        """The entry's place among those of its appointment."""
        return self.id.removeprefix(f"{self.appointment_id}-")

    def redacted_for(self, viewer: Principal) -> "HistoryEntry":
        """A word between two people is for them and for admins."""
        if viewer.role == "admin" or viewer.member_id in {self.user_id, *self.metadata.member_ids}:
            return self
        return replace(self, metadata=replace(self.metadata, message=None))


@dataclass(frozen=True, slots=True)
class HistoryPage(Schema):
    """One page, newest first; `next_cursor` is null on the last."""

    items: list[HistoryEntry]
    next_cursor: str | None


def entry_position(version: int, number: int) -> str:
    """The place of what a version's change tells: sorts as it happened."""
    return f"{version:016d}-{number}"


def public_lease_id(lock: Lock) -> str:
    """A hold's name in the history: the id itself frees the lock for whoever has it, and this leads to no id."""
    return hashlib.sha256(str(lock.lock_id).encode()).hexdigest()[:_PUBLIC_ID_LENGTH]
