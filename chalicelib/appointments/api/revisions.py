"""Revisions over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.model import (
    AppointmentVersionMismatch,
    LockId,
    RevisionEntry,
    SavedAppointment,
    parse_version,
)
from chalicelib.appointments.service import revisions
from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema, Version
from chalicelib.locking.model import LockLost, LockRequired
from chalicelib.scheduling.model.allocation import SlotTaken


@dataclass(frozen=True, slots=True)
class RevisionsQuery(Schema):
    """How many to list, and where to go on."""

    limit: Annotated[int, Range(1, 100)] = 50
    cursor: Annotated[str, Length(0, 512)] | None = None


@dataclass(frozen=True, slots=True)
class Revisions(Schema):
    """One page, newest first; `next_cursor` is null on the last."""

    items: list[RevisionEntry]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class RestoreRevision(Schema):
    """The version that the appointment is at now, and the lock that the caller holds."""

    version: Version
    lock_id: LockId | None = None


@endpoint(query=RevisionsQuery, response=Revisions)
def list_revisions(request: Request[None, RevisionsQuery], appointment_id: str) -> Revisions:
    """Every save of the appointment: who, when, and what it changed."""
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
    """Bring the fields back to what they were at that version, as a new revision."""
    return revisions.restore(
        request.principal,
        appointment_id,
        parse_version(version),
        lock_id=request.body.lock_id,
        version=request.body.version,
    )
