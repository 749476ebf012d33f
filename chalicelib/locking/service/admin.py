"""An admin's overrides of other members' locks; two calls each."""

from datetime import timedelta

from chalicelib.core.clock import Clock, IdFactory, new_secret, utc_now
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Lock, Tab, rules
from chalicelib.locking.service.leases import new_lock_request
from chalicelib.locking.service.repository import to_owner_view, update


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
    """Take over another member's lock, as an admin.

    The member's unsaved text stays as a draft.

    Raises:
        Forbidden: the caller is not an admin.
        LockVersionMismatch: the lock changed since the admin read it.
        NotLocked: the lock is free.
        NotFound: there is no such appointment.
    """
    tab.principal.require_admin()
    override = rules.AdminOverride(tab.principal, reason, expected_version)
    request = new_lock_request(tab, clock, ids, lease)
    key = LockKey(tab.principal.tenant_id, appointment_id)
    return to_owner_view(update(key, request.now, lambda found: rules.take_over(found, request, override)))


def force_release(
    admin: Principal, appointment_id: str, *, reason: str, expected_version: int, clock: Clock = utc_now
) -> int:
    """Free another member's lock, as an admin. Returns the lock's version.

    Raises:
        Forbidden: the caller is not an admin.
        LockVersionMismatch: the lock changed since the admin read it.
        NotLocked: the lock is free.
        NotFound: there is no such appointment.
    """
    admin.require_admin()
    override, now = rules.AdminOverride(admin, reason, expected_version), clock()
    key = LockKey(admin.tenant_id, appointment_id)
    return update(key, now, lambda found: rules.force_release(found, override, now)).version
