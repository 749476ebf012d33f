"""What an admin may do to another's lock."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import LockVersionMismatch
from chalicelib.locking.model.lock import Actor, LockRecord
from chalicelib.locking.model.rules.transitions import (
    LockRequest,
    Timeouts,
    actor_of,
    already_applied,
    end_lease,
    require_live,
    start_lease,
    to_status,
)
from chalicelib.locking.model.rules.waitlist import remove_from_waitlist


@dataclass(frozen=True, slots=True)
class AdminOverride:
    """Who, why, and the version at which they looked at the lock."""

    admin: Principal
    reason: str
    expected_version: int

    @property
    def actor(self) -> Actor:
        """The admin as the author of the change."""
        return actor_of(self.admin)


def take_over(record: LockRecord, lock_request: LockRequest, override: AdminOverride) -> LockRecord:
    """Take another's lock.

    Raises:
        LockVersionMismatch: it changed since the admin looked.
        NotLocked: nobody holds it.
    """
    if already_applied(record, lock_request.lock_id):
        return record
    _require_as_seen(record, override, lock_request.now)
    return start_lease(
        record,
        lock_request.tab,
        lock_request.lock_id,
        "taken_over",
        lock_request.now,
        lock_request.timeouts,
        actor=override.actor,
        reason=override.reason,
    )


def force_release(record: LockRecord, override: AdminOverride, now: datetime) -> LockRecord:
    """Free another's lock.

    Raises:
        LockVersionMismatch: it changed since the admin looked.
        NotLocked: nobody holds it.
    """
    if _already_released(record, override):
        return record
    _require_as_seen(record, override, now)
    return end_lease(record, "force_released", now, actor=override.actor, reason=override.reason)


def evict_member(
    record: LockRecord, member_id: str, admin: Actor, reason: str, now: datetime, timeouts: Timeouts
) -> LockRecord:
    """End all that a member has of a lock: the hold, or the place in line. Who has nothing of it changes nothing,
    and a lease that has run out ends as such.
    """
    lock = record.live_lock(now)
    if lock and lock.user_id == member_id:
        return end_lease(record, "force_released", now, actor=admin, reason=reason)
    return remove_from_waitlist(record, member_id, now, timeouts)


def _already_released(record: LockRecord, override: AdminOverride) -> bool:
    """Whether this very command was carried out, and only its answer lost."""
    done = (record.cause, record.actor, record.reason) == ("force_released", override.actor, override.reason)
    return done and record.version == override.expected_version + 1


def _require_as_seen(record: LockRecord, override: AdminOverride, now: datetime) -> None:
    if record.version != override.expected_version:
        raise LockVersionMismatch(to_status(record, override.admin.member_id, now))
    require_live(record, now)
