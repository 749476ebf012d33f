"""Taking the lock, keeping it, and giving it back. Each is one DynamoDB call when it is granted or refused, and
two where somebody waits in line.
"""

from datetime import timedelta

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, Ids, to_ms, utc_now
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.locking.model import Lock, LockRecord, LockStatus, LockVersionMismatch, Tab, never_locked, rules
from chalicelib.locking.model.rules import Claim
from chalicelib.locking.service.place import (
    IN_DEMAND,
    NO_APPOINTMENT,
    apply,
    default_terms,
    lease_of,
    lock_id_in,
    look,
    new_secret,
    standing,
    tenant_of,
)
from chalicelib.locking.store import quick, records


def claim_of(tab: Tab, clock: Clock, ids: Ids, lease: timedelta | None) -> Claim:
    """What this tab asks for now."""
    return Claim(tab, lock_id_in(tab.principal.tenant_id, ids()), clock(), default_terms(lease))


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
        Locked: somebody has it, and the refusal says who and until when; or it is the turn of one who waited.
        LockVersionMismatch: it is not at `expected_version`.
        NotFound: there is no such appointment.
    """
    claim = claim_of(tab, clock, ids, lease)
    partition = keys.appointment(tab.principal.tenant_id, appointment_id)
    try:
        return lease_of(quick.acquire(partition, claim, expected_version))
    except quick.Refused as refusal:
        record = refusal.record
    if record is None:
        # It has no item: not locked lately, or not an appointment at all.
        try:
            return lease_of(_create(partition, claim, expected_version))
        except quick.Refused as refusal:
            record = refusal.record
    if record is None:
        raise Unavailable(IN_DEMAND)
    return lease_of(apply(partition, record, lambda found: rules.acquire(found, claim, expected_version)))


def _create(partition: str, claim: Claim, expected_version: int | None) -> LockRecord:
    try:
        return records.create(partition, claim, to_ms(claim.now), expected_version)
    except records.NoSuchAppointment:
        raise NotFound(NO_APPOINTMENT) from None
    except records.VersionPassed as passed:
        version = passed.version
    if expected_version not in (None, version):
        _, appointment_id = keys.appointment_of(partition)
        record = never_locked(appointment_id, claim.now, version)
        raise LockVersionMismatch(rules.describe(record, claim.tab.user_id, claim.now))
    # The clock is behind the one that counted the last lock.
    try:
        return records.create(partition, claim, version + 1, expected_version)
    except records.VersionPassed:
        raise Unavailable(IN_DEMAND) from None


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
    now, terms = clock(), default_terms(lease)
    partition = keys.appointment(principal.tenant_id, appointment_id)
    try:
        return lease_of(quick.renew(partition, principal, lock_id, now, terms))
    except quick.Refused as refusal:
        record = standing(partition, refusal.record, now)
    return lease_of(apply(partition, record, lambda found: rules.renew(found, principal, lock_id, now, terms)))


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
    partition = keys.appointment(principal.tenant_id if principal else tenant_of(lock_id), appointment_id)
    surrender = rules.Surrender(lock_id, principal.user_id if principal else None, clock())
    try:
        return quick.release(partition, surrender, expected_version).version
    except quick.Refused as refusal:
        record = standing(partition, refusal.record, surrender.now)
    return apply(partition, record, lambda found: rules.release(found, surrender, expected_version)).version


def move(
    tab: Tab,
    appointment_id: str,
    *,
    clock: Clock = utc_now,
    ids: Ids = new_secret,
    lease: timedelta | None = None,
) -> Lock:
    """Take one's own lock to this tab, under a new lock id; one call.

    Raises:
        NotLocked: nobody holds it.
        Locked: another member does.
        NotFound: there is no such appointment.
    """
    claim = claim_of(tab, clock, ids, lease)
    partition = keys.appointment(tab.principal.tenant_id, appointment_id)
    try:
        return lease_of(quick.move(partition, claim))
    except quick.Refused as refusal:
        record = standing(partition, refusal.record, claim.now)
    return lease_of(apply(partition, record, lambda found: rules.move(found, claim)))


def status(principal: Principal, appointment_id: str, *, clock: Clock = utc_now) -> LockStatus:
    """The lock as this member sees it; one call, two where it was not locked lately.

    Raises:
        NotFound: there is no such appointment.
    """
    now = clock()
    record = look(keys.appointment(principal.tenant_id, appointment_id), now)
    return rules.describe(record, principal.user_id, now)
