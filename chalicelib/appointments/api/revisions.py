"""Endpoints for revisions."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.model.appointment import AppointmentVersionMismatch, LockId, SavedAppointment
from chalicelib.appointments.model.revision import RevisionEntry, parse_version
from chalicelib.appointments.service import revisions
from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema, Version
from chalicelib.locking.model import LockLost, LockRequired
from chalicelib.scheduling.model.allocation import SlotTaken


@dataclass(frozen=True, slots=True)
class RevisionsQuery(Schema):
    """The page to list."""

    limit: Annotated[int, Range(1, 100)] = 50
    cursor: Annotated[str, Length(0, 512)] | None = None


@dataclass(frozen=True, slots=True)
class Revisions(Schema):
    """One page of saves, newest first. `nextCursor` is null on the last page."""

    items: list[RevisionEntry]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class RestoreRevision(Schema):
    """The appointment's current version, and the id of the caller's lock."""

    version: Version
    lock_id: LockId | None = None


@endpoint(query=RevisionsQuery, response=Revisions)
def list_revisions(request: Request[None, RevisionsQuery], appointment_id: str) -> Revisions:
    """List the saves of an appointment: author, time and changes."""
    query = request.query
    page = revisions.list_revisions(request.principal, appointment_id, limit=query.limit, cursor=query.cursor)
    return Revisions(page.items, page.next_cursor)


@endpoint(
    body=RestoreRevision,
    response=SavedAppointment,
    errors=(LockRequired, LockLost, AppointmentVersionMismatch, SlotTaken),
)
def restore_revision(
    request: Request[RestoreRevision, None], appointment_id: str, version: str
) -> SavedAppointment:
    """Restore the fields of an earlier version under the caller's lock, as a new revision."""
    return revisions.restore(
        request.principal,
        appointment_id,
        parse_version(version),
        lock_id=request.body.lock_id,
        version=request.body.version,
    )
