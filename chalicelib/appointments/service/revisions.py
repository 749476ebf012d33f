"""What was saved, by whom, and bringing it back."""

from chalicelib.appointments.model import (
    RevisionPage,
    SavedAppointment,
    differing,
    entries_of,
    fields_at,
    version_of,
)
from chalicelib.appointments.service.record import NO_APPOINTMENT, editor_of
from chalicelib.appointments.service.saving import faults_of_changes, lock_named, write
from chalicelib.appointments.store import revisions as revisions_store
from chalicelib.appointments.store import saving
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.cursor import from_cursor, to_cursor
from chalicelib.core.errors import Fault, Invalid, NotFound

_FIRST = 1


def revisions(principal: Principal, appointment_id: str, *, limit: int, cursor: str | None = None) -> RevisionPage:
    """The `limit` newest saves of an appointment, or those before the cursor's.

    Raises:
        Invalid: the cursor is not one that a page gave.
        NotFound: there is no such appointment.
    """
    before = _version_of(cursor) if cursor else None
    found = revisions_store.newest_first(principal.tenant_id, appointment_id, before, limit)
    items = entries_of(found, limit)
    if not items:
        raise NotFound(NO_APPOINTMENT)
    last = items[-1].version
    return RevisionPage(items, to_cursor(str(last)) if last > _FIRST else None)


def _version_of(cursor: str) -> int:
    version = version_of(from_cursor(cursor) or "")
    if version <= _FIRST:
        raise Invalid([Fault("cursor", "is not one that a page gave; leave it out to begin anew")])
    return version


def restore(
    principal: Principal,
    appointment_id: str,
    revision: int,
    *,
    lock_id: str | None,
    version: int,
    clock: Clock = utc_now,
) -> SavedAppointment:
    """Bring the fields back to what they were at an earlier version, as a save and a revision like any other.

    Two calls: the revisions are read, and the difference is saved; one more for a doctor or a service in it.

    Raises:
        Invalid: nothing would change, or the doctor or service of then is not there any more.
        NotFound: there is no such revision, or no such appointment.
        LockRequired, LockLost, AppointmentVersionMismatch: as for `save`.
    """
    named = lock_named(principal, appointment_id, lock_id)
    found = revisions_store.oldest_first(principal.tenant_id, appointment_id)
    if not found:
        raise NotFound(NO_APPOINTMENT)
    if revision not in {one.version for one in found}:
        raise NotFound("This appointment has no such revision.")
    changes, newest = fields_at(found, revision), found[-1].version
    # If it is not at `version`, the save is refused, and for the right reason: a lost lock comes first.
    if newest == version:
        changes = differing(fields_at(found, newest), changes)
        if not changes:
            raise Invalid([Fault("version", f"everything is as it was at version {revision} already")])
    if faults := faults_of_changes(principal, changes):
        raise Invalid(faults)
    edit = saving.Edit(version, changes, editor_of(principal), clock(), restored_from=revision)
    return write(principal, appointment_id, named, edit)
