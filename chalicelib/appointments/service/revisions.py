"""What was saved, by whom, and bringing it back."""

from chalicelib.appointments.model import (
    RevisionPage,
    SavedAppointment,
    changed_values,
    fields_at,
    parse_version,
    to_entries,
)
from chalicelib.appointments.service.appointments import APPOINTMENT_NOT_FOUND, to_editor
from chalicelib.appointments.service.saving import fenced_save, require_lock_id, validate_changes
from chalicelib.appointments.store import revisions, saving
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.pagination import from_cursor, to_cursor
from chalicelib.core.security.tokens import Principal

_FIRST_VERSION = 1


def list_revisions(
    principal: Principal, appointment_id: str, *, limit: int, cursor: str | None = None
) -> RevisionPage:
    """The `limit` newest saves of an appointment, or those before the cursor's.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
        NotFound: there is no such appointment.
    """
    list_id = f"{AppointmentKey(principal.tenant_id, appointment_id).partition}#REVISIONS"
    before = _decode_cursor(list_id, cursor) if cursor else None
    found = revisions.newest_first(principal.tenant_id, appointment_id, before, limit)
    items = to_entries(found, limit)
    if not items:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    last = items[-1].version
    return RevisionPage(items, to_cursor(list_id, str(last)) if last > _FIRST_VERSION else None)


def _decode_cursor(list_id: str, cursor: str) -> int:
    version = parse_version(from_cursor(list_id, cursor))
    if version <= _FIRST_VERSION:
        raise ValidationFailed([FieldError("cursor", "is not one that a page gave; leave it out to begin anew")])
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
    named = require_lock_id(principal, appointment_id, lock_id)
    found = revisions.oldest_first(principal.tenant_id, appointment_id)
    if not found:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    if revision not in {one.version for one in found}:
        raise NotFound("This appointment has no such revision.")
    changes, newest = fields_at(found, revision), found[-1].version
    # If it is not at `version`, the save is refused, and for the right reason: a lost lock comes first.
    if newest == version:
        changes = changed_values(fields_at(found, newest), changes)
        if not changes:
            raise ValidationFailed(
                [FieldError("version", f"everything is as it was at version {revision} already")]
            )
    if faults := validate_changes(principal, changes):
        raise ValidationFailed(faults)
    edit = saving.Edit(version, changes, to_editor(principal), clock(), restored_from=revision)
    return fenced_save(principal, appointment_id, named, edit)
