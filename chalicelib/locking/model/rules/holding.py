"""Taking the lock, keeping it, and giving it back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core.auth import Principal
from chalicelib.locking.model.lock import Lock, LockRecord
from chalicelib.locking.model.problems import Locked, LockLost, LockVersionMismatch
from chalicelib.locking.model.rules.due import overdue
from chalicelib.locking.model.rules.steps import Claim, Terms, changed, describe, freed, held, is_done, live, own


def acquire(record: LockRecord, claim: Claim, expected_version: int | None) -> LockRecord:
    """Take a lock that is free, expired, this tab's own, or whose turn it is.

    Raises:
        Locked: somebody has it, or it is the turn of somebody who waited.
        LockVersionMismatch: it is not at `expected_version`.
    """
    if is_done(record, claim.lock_id):
        return record
    tab, now = claim.tab, claim.now
    # What is overdue is written with the acquisition, as one version.
    standing = replace(overdue(record, now), version=record.version)
    lock = standing.live_lock(now)
    if lock and not lock.is_held_by(tab):
        raise Locked(lock, tab)
    if expected_version not in (None, record.version):
        raise LockVersionMismatch(describe(record, tab.user_id, now))
    if lock is None and standing.line and standing.line[0].user_id != tab.user_id:
        raise Locked(_reservation(standing, now), tab, reserved=True)
    return held(standing, tab, claim.lock_id, "acquired", now, claim.terms)


def _reservation(record: LockRecord, now: datetime) -> Lock:
    """The first one's turn, in the shape of the lock that they may take."""
    first, until = record.line[0], record.turn_ends_at or now
    return Lock(record.appointment_id, record.version, first.user_id, first.user_info, now, now, until)


def renew(record: LockRecord, principal: Principal, lock_id: str, now: datetime, terms: Terms) -> LockRecord:
    """Begin a new lease, which ends later than the one before, however wrong the clock that gave that one.

    Raises:
        LockLost: this lock id does not hold the lock.
    """
    lock = own(record, principal, lock_id, now)
    end = max(now + terms.lease, lock.expires_at + timedelta(milliseconds=1))
    return changed(record, "renewed", now, lock=replace(lock, renewed_at=now, expires_at=end), lease_until=None)


@dataclass(frozen=True, slots=True)
class Surrender:
    """A lock that is to be freed, and by whom if they have signed in: the lock id alone is the right to."""

    lock_id: str
    user_id: str | None
    now: datetime


def release(record: LockRecord, surrender: Surrender, expected_version: int | None) -> LockRecord:
    """Free the lock, also after its deadline; what is free stays as it is.

    Raises:
        LockLost: this lock id does not hold it, or it is another member's.
        LockVersionMismatch: it is not at `expected_version`.
    """
    lock = record.lock
    if lock is None:
        return record
    if lock.lock_id != surrender.lock_id or surrender.user_id not in (None, lock.user_id):
        raise LockLost(record.live_lock(surrender.now), surrender.user_id)
    if expected_version not in (None, record.version):
        raise LockVersionMismatch(describe(record, lock.user_id, surrender.now))
    return freed(record, "released", surrender.now)


def move(record: LockRecord, claim: Claim) -> LockRecord:
    """Take one's own lock to this tab.

    Raises:
        NotLocked: nobody holds it.
        Locked: another member does.
    """
    lock = live(record, claim.now)
    if lock.user_id != claim.tab.user_id:
        raise Locked(lock, claim.tab)
    return held(record, claim.tab, claim.lock_id, "moved", claim.now, claim.terms)
