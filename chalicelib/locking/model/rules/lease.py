"""Acquire, renew, release and move a lock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import Locked, LockLost, LockVersionMismatch
from chalicelib.locking.model.lock import Lock, LockRecord
from chalicelib.locking.model.rules.expiry import fast_forward
from chalicelib.locking.model.rules.transitions import (
    LockRequest,
    Timeouts,
    already_applied,
    end_lease,
    next_version,
    require_live,
    require_own,
    start_lease,
    to_status,
)


def acquire(record: LockRecord, request: LockRequest, expected_version: int | None) -> LockRecord:
    """Start a lease if the lock is free, expired, this tab's, or reserved for it.

    Raises:
        Locked: another tab holds the lock, or it is reserved for another member.
        LockVersionMismatch: the lock is not at `expected_version`.
    """
    if already_applied(record, request.lock_id):
        return record
    tab, now = request.tab, request.now
    # Overdue transitions and the new lease are written as one version.
    current = replace(fast_forward(record, now), version=record.version)
    lock = current.live_lock(now)
    if lock and not lock.is_held_by(tab):
        raise Locked(lock, tab)
    if expected_version not in (None, record.version):
        raise LockVersionMismatch(to_status(record, tab.member_id, now))
    if lock is None and current.waitlist and current.waitlist[0].member_id != tab.member_id:
        raise Locked(_reservation(current, now), tab, reserved=True)
    return start_lease(current, tab, request.lock_id, "acquired", now, request.timeouts)


def _reservation(record: LockRecord, now: datetime) -> Lock:
    """Return the first waiter's reservation in the form of a lock."""
    first, until = record.waitlist[0], record.reserved_until or now
    return Lock(record.appointment_id, record.version, first.member_id, first.user_info, now, now, until)


def renew(record: LockRecord, principal: Principal, lock_id: str, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Extend the lease.

    The new deadline is later than the last one, even by a clock that is behind.

    Raises:
        LockLost: this lock id does not hold the lock.
    """
    lock = require_own(record, principal, lock_id, now)
    end = max(now + timeouts.lease, lock.expires_at + timedelta(milliseconds=1))
    renewed = replace(lock, renewed_at=now, expires_at=end)
    return next_version(record, "renewed", now, lock=renewed, lease_until=None)


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """A request to release the lock of this id.

    Without a member the lock id alone permits it.
    """

    lock_id: str
    member_id: str | None
    now: datetime


def release(record: LockRecord, request: ReleaseRequest, expected_version: int | None) -> LockRecord:
    """Release the lock, also after its deadline. A free lock stays unchanged.

    Raises:
        LockLost: this lock id does not hold the lock, or another member holds it.
        LockVersionMismatch: the lock is not at `expected_version`.
    """
    lock = record.lock
    if lock is None:
        return record
    if lock.lock_id != request.lock_id or request.member_id not in (None, lock.user_id):
        raise LockLost(record.live_lock(request.now), request.member_id)
    if expected_version not in (None, record.version):
        raise LockVersionMismatch(to_status(record, lock.user_id, request.now))
    return end_lease(record, "released", request.now)


def move(record: LockRecord, request: LockRequest) -> LockRecord:
    """Move the member's own lock to this tab.

    Raises:
        NotLocked: the lock is free or expired.
        Locked: another member holds it.
    """
    lock = require_live(record, request.now)
    if lock.user_id != request.tab.member_id:
        raise Locked(lock, request.tab)
    return start_lease(record, request.tab, request.lock_id, "moved", request.now, request.timeouts)
