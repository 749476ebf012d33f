"""Acquire, renew, release and move a lock, and show its status.

Acquire, renew and release are one DynamoDB call each, granted or refused, and two if members wait.
"""

from datetime import timedelta

from chalicelib.core.clock import Clock, IdFactory, new_secret, to_ms, utc_now
from chalicelib.core.dynamodb.keys import LockKey, validate_id
from chalicelib.core.http.errors import NotFound, Unavailable
from chalicelib.core.security.tokens import Principal
from chalicelib.core.settings import settings
from chalicelib.locking.model import Lock, LockRecord, LockStatus, LockVersionMismatch, Tab, never_locked, rules
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND
from chalicelib.locking.model.rules import LockRequest, ReleaseRequest, Timeouts
from chalicelib.locking.service.repository import (
    CONTENTION_DETAIL,
    load,
    or_never_locked,
    to_owner_view,
    update,
    update_with_retry,
)
from chalicelib.locking.store import conditional_updates, records
from chalicelib.locking.store.item import ConditionRefused

# A lock id begins with its tenant, so that a request without a token can release the lock.
# The rest is a bearer secret.
_SEPARATOR = "."


def make_lock_id(tenant_id: str, secret: str) -> str:
    """Return a lock id of this tenant."""
    return f"{tenant_id}{_SEPARATOR}{secret}"


def _tenant_of_lock_id(lock_id: str) -> str:
    tenant_id, separator, _ = lock_id.partition(_SEPARATOR)
    if not separator:
        raise NotFound("There is no such lock.")
    return validate_id(tenant_id)


def default_timeouts(lease: timedelta | None = None) -> Timeouts:
    """Return the durations that the settings give."""
    config = settings()
    return Timeouts(
        lease=lease or timedelta(seconds=config.lock_seconds),
        grace=timedelta(seconds=config.lock_grace_seconds),
        request_timeout=timedelta(seconds=config.control_request_seconds),
    )


def new_lock_request(tab: Tab, clock: Clock, ids: IdFactory, lease: timedelta | None) -> LockRequest:
    """Return a request by this tab, at the current time and with a new lock id."""
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
    """Acquire the lock for a tab.

    One call, two if the appointment was not locked lately.

    Raises:
        Locked: another tab holds the lock, or it is reserved for the first waiter.
        LockVersionMismatch: the lock is not at `expected_version`.
        NotFound: there is no such appointment.
    """
    request = new_lock_request(tab, clock, ids, lease)
    key = LockKey(tab.principal.tenant_id, appointment_id)
    try:
        return conditional_updates.acquire(key, request, expected_version)
    except ConditionRefused as refusal:
        record = refusal.record
    if record is None:
        # The lock has no item: it was not locked lately, or there is no such appointment.
        try:
            return to_owner_view(_create(key, request, expected_version))
        except ConditionRefused as refusal:
            record = refusal.record
    if record is None:
        raise Unavailable(CONTENTION_DETAIL)
    return to_owner_view(
        update_with_retry(key, record, lambda found: rules.acquire(found, request, expected_version))
    )


def _create(key: LockKey, request: LockRequest, expected_version: int | None) -> LockRecord:
    try:
        return records.create(key, request, to_ms(request.now), expected_version)
    except records.NoSuchAppointment:
        raise NotFound(APPOINTMENT_NOT_FOUND) from None
    except records.StaleVersion as stale:
        version = stale.version
    if expected_version not in (None, version):
        record = never_locked(key.appointment_id, request.now, version)
        raise LockVersionMismatch(rules.to_status(record, request.tab.member_id, request.now))
    # This clock is behind the clock that started the last version.
    try:
        return records.create(key, request, version + 1, expected_version)
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
    """Extend the lease; one call.

    Two calls if this clock is behind the clock of the last renewal, which extends the lease by one millisecond.

    Raises:
        LockLost: this lock id does not hold the lock any more.
        NotFound: there is no such appointment.
    """
    now, timeouts = clock(), default_timeouts(lease)
    key = LockKey(principal.tenant_id, appointment_id)
    try:
        return conditional_updates.renew(key, principal, lock_id, now, timeouts)
    except ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, now)
    return to_owner_view(
        update_with_retry(key, record, lambda found: rules.renew(found, principal, lock_id, now, timeouts))
    )


def release(
    appointment_id: str,
    lock_id: str,
    *,
    principal: Principal | None = None,
    expected_version: int | None = None,
    clock: Clock = utc_now,
) -> int:
    """Release the lock and return its version; one call.

    Releasing a free lock succeeds.

    Without a principal the lock id alone permits the release: a closing page can send nothing else, since
    `sendBeacon` has no headers.

    Raises:
        LockLost: this lock id does not hold the lock, or another member holds it.
        LockVersionMismatch: the lock is not at `expected_version`.
        NotFound: there is no such appointment.
    """
    key = LockKey(principal.tenant_id if principal else _tenant_of_lock_id(lock_id), appointment_id)
    request = ReleaseRequest(lock_id, principal.member_id if principal else None, clock())
    try:
        return conditional_updates.release(key, request, expected_version)
    except ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, request.now)
    return update_with_retry(key, record, lambda found: rules.release(found, request, expected_version)).version


def move(
    tab: Tab,
    appointment_id: str,
    *,
    clock: Clock = utc_now,
    ids: IdFactory = new_secret,
    lease: timedelta | None = None,
) -> Lock:
    """Move the member's own lock to this tab, with a new lock id; two calls.

    Raises:
        NotLocked: the lock is free.
        Locked: another member holds it.
        NotFound: there is no such appointment.
    """
    request = new_lock_request(tab, clock, ids, lease)
    key = LockKey(tab.principal.tenant_id, appointment_id)
    return to_owner_view(update(key, request.now, lambda found: rules.move(found, request)))


def status(principal: Principal, appointment_id: str, *, clock: Clock = utc_now) -> LockStatus:
    """Return the lock as this member sees it.

    One call, two if it was not locked lately.

    Raises:
        NotFound: there is no such appointment.
    """
    now = clock()
    record = load(LockKey(principal.tenant_id, appointment_id), now)
    return rules.to_status(record, principal.member_id, now)
