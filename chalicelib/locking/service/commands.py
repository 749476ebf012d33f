"""What an admin may do to another's lock; one call each, two where somebody waits in line."""

from datetime import timedelta

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, Ids, utc_now
from chalicelib.locking.model import Lock, Tab, rules
from chalicelib.locking.service.holding import claim_of
from chalicelib.locking.service.place import apply, lease_of, new_secret, standing
from chalicelib.locking.store import quick


def take_over(
    tab: Tab,
    appointment_id: str,
    *,
    reason: str,
    expected_version: int,
    clock: Clock = utc_now,
    ids: Ids = new_secret,
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
    command = rules.Command(tab.principal, reason, expected_version)
    claim = claim_of(tab, clock, ids, lease)
    partition = keys.appointment(tab.principal.tenant_id, appointment_id)
    try:
        return lease_of(quick.take_over(partition, claim, command))
    except quick.Refused as refusal:
        record = standing(partition, refusal.record, claim.now)
    return lease_of(apply(partition, record, lambda found: rules.take_over(found, claim, command)))


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
    command, now = rules.Command(admin, reason, expected_version), clock()
    partition = keys.appointment(admin.tenant_id, appointment_id)
    try:
        return quick.force_release(partition, command, now).version
    except quick.Refused as refusal:
        record = standing(partition, refusal.record, now)
    return apply(partition, record, lambda found: rules.force_release(found, command, now)).version
