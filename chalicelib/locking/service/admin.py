"""What an admin may do to another's lock; one call each, two where somebody waits in line."""

from datetime import timedelta

from chalicelib.core.clock import Clock, IdFactory, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Lock, Tab, rules
from chalicelib.locking.service.leases import new_lock_request
from chalicelib.locking.service.repository import new_secret, or_never_locked, to_owner_view, update_with_retry
from chalicelib.locking.store import conditional_updates


def take_over(
    tab: Tab,
    appointment_id: str,
    *,
    reason: str,
    expected_version: int,
    clock: Clock = utc_now,
    ids: IdFactory = new_secret,
    lease: timedelta | None = None,
) -> Lock:
    """Take another's lock, as an admin; the loser's unsaved text stays as their draft.

    Raises:
        Forbidden: the caller is not an admin.
        LockVersionMismatch: the lock changed since the admin looked, by another admin too.
        NotLocked: nobody holds it.
        NotFound: there is no such appointment.
    """
    tab.principal.require_admin()
    command = rules.AdminOverride(tab.principal, reason, expected_version)
    claim = new_lock_request(tab, clock, ids, lease)
    key = LockKey(tab.principal.tenant_id, appointment_id)
    try:
        return to_owner_view(conditional_updates.take_over(key, claim, command))
    except conditional_updates.ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, claim.now)
    return to_owner_view(update_with_retry(key, record, lambda found: rules.take_over(found, claim, command)))


def force_release(
    admin: Principal, appointment_id: str, *, reason: str, expected_version: int, clock: Clock = utc_now
) -> int:
    """Free another's lock, as an admin. Returns the lock's version.

    Raises:
        Forbidden: the caller is not an admin.
        LockVersionMismatch: the lock changed since the admin looked.
        NotLocked: nobody holds it.
        NotFound: there is no such appointment.
    """
    admin.require_admin()
    command, now = rules.AdminOverride(admin, reason, expected_version), clock()
    key = LockKey(admin.tenant_id, appointment_id)
    try:
        return conditional_updates.force_release(key, command, now).version
    except conditional_updates.ConditionRefused as refusal:
        record = or_never_locked(key, refusal.record, now)
    return update_with_retry(key, record, lambda found: rules.force_release(found, command, now)).version
