"""Taking the lock, keeping it, and giving it back. Each is one DynamoDB call when it is granted or refused, and
two where somebody waits in line.
"""

from datetime import timedelta

from chalicelib.core.clock import Clock, IdFactory, to_ms, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.http.errors import NotFound, Unavailable
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Lock, LockRecord, LockStatus, LockVersionMismatch, Tab, never_locked, rules
from chalicelib.locking.model.rules import LockRequest
from chalicelib.locking.service.repository import (
    CONTENTION_DETAIL,
    NO_APPOINTMENT,
    default_timeouts,
    load,
    make_lock_id,
    new_secret,
    or_never_locked,
    tenant_of_lock_id,
    to_owner_view,
    update_with_retry,
)
from chalicelib.locking.store import conditional_updates, records


def new_lock_request(tab: Tab, clock: Clock, ids: IdFactory, lease: timedelta | None) -> LockRequest:
    """What this tab asks for now."""
    return LockRequest(tab, make_lock_id(tab.principal.tenant_id, ids()), clock(), default_timeouts(lease))


def acquire(
    tab: Tab,
    appointment_id: str,
    *,
    expected_version: int | None = None,
    clock: Clock = utc_now,
    ids: IdFactory = new_secret,
    lease: timedelta | None = None,
) -> Lock:
    """Take the lock. One call; two where the appointment was not locked lately.

    Raises:
        Locked: somebody has it, and the refusal says who and until when; or it is the turn of one who waited.
        LockVersionMismatch: it is not at `expected_version`.
        NotFound: there is no such appointment.
    """
    claim = new_lock_request(tab, clock, ids, lease)
    key = LockKey(tab.principal.tenant_id, appointment_id)
    try:
        return to_owner_view(conditional_updates.acquire(key, claim, expected_version))
    except conditional_updates.ConditionRefused as refusal:
        record = refusal.record
    if record is None:
        # It has no item: not locked lately, or not an appointment at all.
        try:
            return to_owner_view(_create_lock(key, claim, expected_version))
        except conditional_updates.ConditionRefused as refusal:
            record = refusal.record
    if record is None:
        raise Unavailable(CONTENTION_DETAIL)
    return to_owner_view(
        update_with_retry(key, record, lambda found: rules.acquire(found, claim, expected_version))
    )


def _create_lock(key: LockKey, lock_request: LockRequest, expected_version: int | None) -> LockRecord:
    try:
        return records.create(key, lock_request, to_ms(lock_request.now), expected_version)
    except records.NoSuchAppointment:
        raise NotFound(NO_APPOINTMENT) from None
    except records.StaleVersion as passed:
        version = passed.version
    if expected_version not in (None, version):
        record = never_locked(key.appointment_id, lock_request.now, version)
        raise LockVersionMismatch(rules.to_status(record, lock_request.tab.member_id, lock_request.now))
    # The clock is behind the one that counted the last lock.
    try:
        return records.create(key, lock_request, version + 1, expected_version)
    except records.StaleVersion:
        raise Unavailable(CONTENTION_DETAIL) from None


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
    now, terms = clock(), default_timeouts(lease)
    key = LockKey(principal.tenant_id, appointment_id)
    try:
        return to_owner_view(conditional_updates.renew(key, principal, lock_id, now, terms))
    except conditional_updates.ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, now)
    return to_owner_view(
        update_with_retry(key, record, lambda found: rules.renew(found, principal, lock_id, now, terms))
    )


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
    key = LockKey(principal.tenant_id if principal else tenant_of_lock_id(lock_id), appointment_id)
    surrender = rules.ReleaseRequest(lock_id, principal.member_id if principal else None, clock())
    try:
        return conditional_updates.release(key, surrender, expected_version).version
    except conditional_updates.ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, surrender.now)
    return update_with_retry(key, record, lambda found: rules.release(found, surrender, expected_version)).version


def move(
    tab: Tab,
    appointment_id: str,
    *,
    clock: Clock = utc_now,
    ids: IdFactory = new_secret,
    lease: timedelta | None = None,
) -> Lock:
    """Take one's own lock to this tab, under a new lock id; one call.

    Raises:
        NotLocked: nobody holds it.
        Locked: another member does.
        NotFound: there is no such appointment.
    """
    claim = new_lock_request(tab, clock, ids, lease)
    key = LockKey(tab.principal.tenant_id, appointment_id)
    try:
        return to_owner_view(conditional_updates.move(key, claim))
    except conditional_updates.ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, claim.now)
    return to_owner_view(update_with_retry(key, record, lambda found: rules.move(found, claim)))


def status(principal: Principal, appointment_id: str, *, clock: Clock = utc_now) -> LockStatus:
    """The lock as this member sees it; one call, two where it was not locked lately.

    Raises:
        NotFound: there is no such appointment.
    """
    now = clock()
    record = load(LockKey(principal.tenant_id, appointment_id), now)
    return rules.to_status(record, principal.member_id, now)
