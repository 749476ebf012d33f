"""What one can do with a lock. Each of these is one DynamoDB call when it is granted or refused."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, Ids, utc_now
from chalicelib.core.errors import NotFound, Problem
from chalicelib.core.settings import settings
from chalicelib.locking import store
from chalicelib.locking.model import (
    Lock,
    Locked,
    LockLost,
    LockRecord,
    LockRequired,
    LockStatus,
    LockVersionMismatch,
    Tab,
)

# A lock id begins with its tenant, so that it can be released without a token.
_SEPARATOR = "."
_LEAST_STEP = timedelta(milliseconds=1)
_NO_APPOINTMENT = "There is no appointment with this id."


def new_secret() -> str:
    """128 random bits: a lock id is a right, not only a name."""
    return secrets.token_urlsafe(16)


def default_lease() -> timedelta:
    """The lease of `LOCK_SECONDS`."""
    return timedelta(seconds=settings().lock_seconds)


def acquire(
    tab: Tab,
    appointment_id: str,
    *,
    expected_version: int | None = None,
    clock: Clock = utc_now,
    ids: Ids = new_secret,
    lease: timedelta | None = None,
) -> Lock:
    """Take the lock. One call; two where the appointment was not locked lately.

    Raises:
        Locked: somebody has it; the refusal says who and until when.
        LockVersionMismatch: it is not at `expected_version`.
        NotFound: there is no such appointment.
    """
    lock_id = f"{tab.principal.tenant_id}{_SEPARATOR}{ids()}"
    claim = store.Claim(tab, appointment_id, lock_id, clock(), lease or default_lease())
    try:
        return _lease_of(_take(claim, expected_version))
    except store.Refused as refusal:
        record = refusal.record or _never_locked(tab.principal, appointment_id, claim.now)
        raise _why_not(record, claim, expected_version) from None
    except store.NoSuchAppointment:
        raise NotFound(_NO_APPOINTMENT) from None


def _take(claim: store.Claim, expected_version: int | None) -> LockRecord:
    try:
        return store.acquire(claim, expected_version)
    except store.Refused as refusal:
        if refusal.record is not None or expected_version:
            raise
    # It has no item: not locked lately, or not an appointment at all.
    try:
        return store.create(claim)
    except store.Refused as refusal:
        if _held_by_another(refusal.record, claim):
            raise
    # The same tab asked twice in one moment, and its other request made the item.
    return store.acquire(claim, expected_version)


def _held_by_another(record: LockRecord | None, claim: store.Claim) -> bool:
    lock = record.live_lock(claim.now) if record else None
    return lock is not None and not lock.is_held_by(claim.tab)


def renew(
    principal: Principal,
    appointment_id: str,
    lock_id: str,
    *,
    clock: Clock = utc_now,
    lease: timedelta | None = None,
) -> Lock:
    """Begin a new lease, which ends later than the one before; one call.

    Two where the holder's last clock was ahead of this one: then the lease is only just prolonged.

    Raises:
        LockLost: this lock id does not hold the lock any more.
        NotFound: there is no such appointment.
    """
    now, lease = clock(), lease or default_lease()
    try:
        return _lease_of(store.renew(principal, appointment_id, lock_id, now, lease))
    except store.Refused as refusal:
        standing = refusal.record.live_lock(now) if refusal.record else None
        if standing is None or (standing.lock_id, standing.user_id) != (lock_id, principal.user_id):
            raise lost(principal, appointment_id, refusal.record, now) from None
    try:
        longer = standing.expires_at - now + _LEAST_STEP
        return _lease_of(store.renew(principal, appointment_id, lock_id, now, longer))
    except store.Refused as refusal:
        raise lost(principal, appointment_id, refusal.record, now) from None


def release(
    appointment_id: str,
    lock_id: str,
    *,
    principal: Principal | None = None,
    expected_version: int | None = None,
    clock: Clock = utc_now,
) -> int:
    """Free the lock; one call. Releasing what is already free is no error. Returns the lock's version.

    Without a principal the lock id is the right to release: a page that closes can send nothing else
    (`sendBeacon` has no headers).

    Raises:
        LockLost: this lock id does not hold the lock, or it is another member's.
        LockVersionMismatch: it is not at `expected_version`.
        NotFound: there is no such appointment.
    """
    tenant_id = principal.tenant_id if principal else _tenant_of(lock_id)
    user_id = principal.user_id if principal else None
    surrender = store.Surrender(tenant_id, appointment_id, lock_id, user_id, clock())
    try:
        return store.release(surrender, expected_version).version
    except store.Refused as refusal:
        record = refusal.record
    if record is None and not store.appointment_exists(tenant_id, appointment_id):
        raise NotFound(_NO_APPOINTMENT)
    if record is not None and record.lock is not None:
        raise _not_released(record, record.lock, surrender)
    return record.version if record else 0


def _tenant_of(lock_id: str) -> str:
    tenant_id, separator, _ = lock_id.partition(_SEPARATOR)
    if not separator:
        raise NotFound("There is no such lock.")
    return keys.known_id(tenant_id)


def status(
    principal: Principal, appointment_id: str, *, clock: Clock = utc_now, is_there: bool = False
) -> LockStatus:
    """The lock as this member sees it; one call, two where it was not locked lately.

    `is_there` says that the caller has just seen the appointment, and saves the second call.

    Raises:
        NotFound: there is no such appointment.
    """
    now = clock()
    record = store.read(principal.tenant_id, appointment_id)
    if record is None:
        record = _free(appointment_id, now) if is_there else _never_locked(principal, appointment_id, now)
    return describe(record, principal.user_id, now)


def describe(record: LockRecord, user_id: str, now: datetime) -> LockStatus:
    """A lock's record as one member sees it."""
    lock = record.live_lock(now)
    return LockStatus(
        appointment_id=record.appointment_id,
        state=record.state_for(user_id, now),
        lock=lock.as_seen_by(user_id) if lock else None,
        version=record.version,
        server_time=now,
    )


def add_fence(
    write: TransactWrite, principal: Principal, appointment_id: str, lock_id: str, now: datetime
) -> None:
    """Make a transaction succeed only while the member holds this very lock. Add it first."""
    store.add_fence(write, principal, appointment_id, lock_id, now)


def lost_at_fence(
    principal: Principal, appointment_id: str, image: dict[str, Any] | None, now: datetime
) -> LockLost | NotFound:
    """The refusal for a transaction whose fence did not hold, given the image that stood against it."""
    return lost(principal, appointment_id, store.record_of(image) if image else None, now)


def required(principal: Principal, appointment_id: str) -> LockRequired | NotFound:
    """The refusal for a save that names no lock."""
    if not store.appointment_exists(principal.tenant_id, appointment_id):
        return NotFound(_NO_APPOINTMENT)
    return LockRequired("A save needs the lock: POST …/acquire-lock gives one, send its lockId.")


def record_of(image: dict[str, Any]) -> LockRecord:
    """The lock in a stream record's image."""
    return store.record_of(image)


def lost(
    principal: Principal, appointment_id: str, record: LockRecord | None, now: datetime
) -> LockLost | NotFound:
    """The refusal for a lock id that does not hold the lock."""
    if record is None and not store.appointment_exists(principal.tenant_id, appointment_id):
        return NotFound(_NO_APPOINTMENT)
    return LockLost(record.live_lock(now) if record else None, principal.user_id)


def _never_locked(principal: Principal, appointment_id: str, now: datetime) -> LockRecord:
    if not store.appointment_exists(principal.tenant_id, appointment_id):
        raise NotFound(_NO_APPOINTMENT)
    return _free(appointment_id, now)


def _free(appointment_id: str, now: datetime) -> LockRecord:
    return LockRecord(appointment_id, 0, None, "released", now)


def _lease_of(record: LockRecord) -> Lock:
    if record.lock is None:
        raise AssertionError("a lock was granted without a lease")
    return record.lock


def _why_not(record: LockRecord, claim: store.Claim, expected_version: int | None) -> Problem:
    viewer = claim.tab.principal.user_id
    lock = record.live_lock(claim.now)
    if lock is not None and (expected_version is None or not lock.is_held_by(claim.tab)):
        return Locked(lock, claim.tab)
    return LockVersionMismatch(describe(record, viewer, claim.now))


def _not_released(record: LockRecord, lock: Lock, surrender: store.Surrender) -> Problem:
    if lock.lock_id == surrender.lock_id and surrender.user_id in (None, lock.user_id):
        return LockVersionMismatch(describe(record, lock.user_id, surrender.now))
    return LockLost(record.live_lock(surrender.now), surrender.user_id)
