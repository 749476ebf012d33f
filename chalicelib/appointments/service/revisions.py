"""List the saves of an appointment, and restore one."""

from chalicelib.appointments.model.appointment import SavedAppointment
from chalicelib.appointments.model.edit import Edit
from chalicelib.appointments.model.revision import (
    RevisionPage,
    changed_values,
    fields_at,
    parse_version,
    to_entries,
)
from chalicelib.appointments.service.appointments import to_editor
from chalicelib.appointments.service.saving import fenced_save, require_lock_id, validate_changes
from chalicelib.appointments.store import revisions as store
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import AppointmentKey
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.pagination import PageQuery, invalid_cursor, to_cursor
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND

_FIRST_VERSION = 1


def list_revisions(principal: Principal, appointment_id: str, page: PageQuery) -> RevisionPage:
    """Return one page of the saves of an appointment, newest first.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
        NotFound: unknown appointment.
    """
    list_id = f"{AppointmentKey(principal.tenant_id, appointment_id).partition}#REVISIONS"
    position = page.position_in(list_id)
    before = parse_version(position) if position else None
    if before is not None and before <= _FIRST_VERSION:
        raise invalid_cursor()
    items = to_entries(store.newest_first(principal.tenant_id, appointment_id, before, page.limit), page.limit)
    if not items:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    last = items[-1].version
    return RevisionPage(items, to_cursor(list_id, str(last)) if last > _FIRST_VERSION else None)


def restore(
    principal: Principal,
    appointment_id: str,
    revision: int,
    *,
    lock_id: str | None,
    version: int,
    clock: Clock = utc_now,
) -> SavedAppointment:
    """Restore the fields of an earlier version, as a new save under the caller's lock.

    Two calls, more for a doctor, a service or a time among the restored fields.

    Raises:
        ValidationFailed: nothing would change, or the doctor or service of that version is gone.
        NotFound: unknown appointment or revision.
        LockRequired, LockLost, AppointmentVersionMismatch, SlotTaken: as for `save`.
    """
    held_lock_id = require_lock_id(principal, appointment_id, lock_id)
    found = store.oldest_first(principal.tenant_id, appointment_id)
    if not found:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    if revision not in {each.version for each in found}:
        raise NotFound("This appointment has no such revision.")
    changes, newest = fields_at(found, revision), found[-1].version
    # At another version than `version` the save fails with the right error: a lost lock comes first.
    if newest == version:
        changes = changed_values(fields_at(found, newest), changes)
        if not changes:
            raise ValidationFailed(
                [FieldError("version", f"everything is as it was at version {revision} already")]
            )
    if errors := validate_changes(principal, changes):
        raise ValidationFailed(errors)
    edit = Edit(version, changes, to_editor(principal), clock(), restored_from=revision)
    return fenced_save(principal, appointment_id, held_lock_id, edit)
