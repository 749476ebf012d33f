"""Endpoints for revisions."""

from dataclasses import dataclass

from chalicelib.appointments.model.appointment import AppointmentVersionMismatch, LockId, SavedAppointment
from chalicelib.appointments.model.revision import RevisionPage, parse_version
from chalicelib.appointments.service import revisions
from chalicelib.core.http.pagination import PageQuery
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema, Version
from chalicelib.locking.model import LockLost, LockRequired
from chalicelib.scheduling.model.allocation import SlotTaken


@dataclass(frozen=True, slots=True)
class RestoreRevision(Schema):
    """The appointment's current version, and the id of the caller's lock."""

    version: Version
    lock_id: LockId | None = None


@endpoint(query=PageQuery, response=RevisionPage)
def list_revisions(request: Request[None, PageQuery], appointment_id: str) -> RevisionPage:
    """List the saves of an appointment: author, time and changes."""
    return revisions.list_revisions(request.principal, appointment_id, request.query)


@endpoint(
    body=RestoreRevision,
    response=SavedAppointment,
    errors=(LockRequired, LockLost, AppointmentVersionMismatch, SlotTaken),
)
def restore_revision(
    request: Request[RestoreRevision, None], appointment_id: str, version: str
) -> SavedAppointment:
    """Restore the fields of an earlier version, as a new revision.

    The caller must hold the lock.
    """
    return revisions.restore(
        request.principal,
        appointment_id,
        parse_version(version),
        lock_id=request.body.lock_id,
        version=request.body.version,
    )
