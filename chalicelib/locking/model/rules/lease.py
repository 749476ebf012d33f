"""Taking the lock, keeping it, and giving it back."""

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


def acquire(record: LockRecord, lock_request: LockRequest, expected_version: int | None) -> LockRecord:
    """Take a lock that is free, expired, this tab's own, or whose turn it is.

    Raises:
        Locked: somebody has it, or it is the turn of somebody who waited.
        LockVersionMismatch: it is not at `expected_version`.
    """
    if already_applied(record, lock_request.lock_id):
        return record
    tab, now = lock_request.tab, lock_request.now
    # What is overdue is written with the acquisition, as one version.
    standing = replace(fast_forward(record, now), version=record.version)
    lock = standing.live_lock(now)
    if lock and not lock.is_held_by(tab):
        raise Locked(lock, tab)
    if expected_version not in (None, record.version):
        raise LockVersionMismatch(to_status(record, tab.member_id, now))
    if lock is None and standing.waitlist and standing.waitlist[0].member_id != tab.member_id:
        raise Locked(_reservation(standing, now), tab, reserved=True)
    return start_lease(standing, tab, lock_request.lock_id, "acquired", now, lock_request.timeouts)


def _reservation(record: LockRecord, now: datetime) -> Lock:
    """The first one's turn, in the shape of the lock that they may take."""
    first, until = record.waitlist[0], record.reserved_until or now
    return Lock(record.appointment_id, record.version, first.member_id, first.user_info, now, now, until)


def renew(record: LockRecord, principal: Principal, lock_id: str, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Begin a new lease, which ends later than the one before, however wrong the clock that gave that one.

    Raises:
        LockLost: this lock id does not hold the lock.
    """
    lock = require_own(record, principal, lock_id, now)
    end = max(now + timeouts.lease, lock.expires_at + timedelta(milliseconds=1))
    return next_version(
        record, "renewed", now, lock=replace(lock, renewed_at=now, expires_at=end), lease_until=None
    )


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """A lock that is to be freed, and by whom if they have signed in: the lock id alone is the right to."""

    lock_id: str
    member_id: str | None
    now: datetime


def release(record: LockRecord, release_request: ReleaseRequest, expected_version: int | None) -> LockRecord:
    """Free the lock, also after its deadline; what is free stays as it is.

    Raises:
        LockLost: this lock id does not hold it, or it is another member's.
        LockVersionMismatch: it is not at `expected_version`.
    """
    lock = record.lock
    if lock is None:
        return record
    if lock.lock_id != release_request.lock_id or release_request.member_id not in (None, lock.user_id):
        raise LockLost(record.live_lock(release_request.now), release_request.member_id)
    if expected_version not in (None, record.version):
        raise LockVersionMismatch(to_status(record, lock.user_id, release_request.now))
    return end_lease(record, "released", release_request.now)


def move(record: LockRecord, lock_request: LockRequest) -> LockRecord:
    """Take one's own lock to this tab.

    Raises:
        NotLocked: nobody holds it.
        Locked: another member does.
    """
    lock = require_live(record, lock_request.now)
    if lock.user_id != lock_request.tab.member_id:
        raise Locked(lock, lock_request.tab)
    return start_lease(
        record, lock_request.tab, lock_request.lock_id, "moved", lock_request.now, lock_request.timeouts
    )
