"""An admin's overrides of other members' locks."""

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
    """An admin, the reason, and the lock's version that the admin has read."""

    admin: Principal
    reason: str
    expected_version: int

    @property
    def actor(self) -> Actor:
        """The admin as the author of the change."""
        return actor_of(self.admin)


def take_over(record: LockRecord, request: LockRequest, override: AdminOverride) -> LockRecord:
    """Start a lease of the admin in place of another member's.

    Raises:
        LockVersionMismatch: the lock has changed since the admin read it.
        NotLocked: the lock is free or expired.
    """
    if already_applied(record, request.lock_id):
        return record
    _require_as_seen(record, override, request.now)
    return start_lease(
        record,
        request.tab,
        request.lock_id,
        "taken_over",
        request.now,
        request.timeouts,
        actor=override.actor,
        reason=override.reason,
    )


def force_release(record: LockRecord, override: AdminOverride, now: datetime) -> LockRecord:
    """End another member's lease.

    Raises:
        LockVersionMismatch: the lock has changed since the admin read it.
        NotLocked: the lock is free or expired.
    """
    if _already_released(record, override):
        return record
    _require_as_seen(record, override, now)
    return end_lease(record, "force_released", now, actor=override.actor, reason=override.reason)


def evict_member(
    record: LockRecord, member_id: str, admin: Actor, reason: str, now: datetime, timeouts: Timeouts
) -> LockRecord:
    """End a member's live lease, or remove the member from the waitlist.

    Otherwise the lock stays unchanged.
    """
    lock = record.live_lock(now)
    if lock and lock.user_id == member_id:
        return end_lease(record, "force_released", now, actor=admin, reason=reason)
    return remove_from_waitlist(record, member_id, now, timeouts)


def _already_released(record: LockRecord, override: AdminOverride) -> bool:
    """Return whether this is a repeat of an override that was applied."""
    is_same = (record.cause, record.actor, record.reason) == ("force_released", override.actor, override.reason)
    return is_same and record.version == override.expected_version + 1


def _require_as_seen(record: LockRecord, override: AdminOverride, now: datetime) -> None:
    if record.version != override.expected_version:
        raise LockVersionMismatch(to_status(record, override.admin.member_id, now))
    require_live(record, now)
