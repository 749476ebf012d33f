"""Revisions over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.model import (
    AppointmentVersionMismatch,
    LockId,
    RevisionEntry,
    SavedAppointment,
    version_of,
)
from chalicelib.appointments.service import revisions
from chalicelib.core.constraints import Between, Length
from chalicelib.core.http import Call
from chalicelib.core.shape import Shape, Version
from chalicelib.locking.model import LockLost, LockRequired
from chalicelib.scheduling.model.cells import SlotTaken


@dataclass(frozen=True, slots=True)
class RevisionListing(Shape):
    """How many to list, and where to go on."""

    limit: Annotated[int, Between(1, 100)] = 50
    cursor: Annotated[str, Length(0, 512)] | None = None


@dataclass(frozen=True, slots=True)
class Revisions(Shape):
    """One page, newest first; `next_cursor` is null on the last."""

    items: list[RevisionEntry]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class RestoreRevision(Shape):
    """The version that the appointment is at now, and the lock that the caller holds."""

    version: Version
    lock_id: LockId | None = None


@routes.endpoint("GET", "/appointments/{appointment_id}/revisions", query=RevisionListing, answers=Revisions)
def list_revisions(call: Call[None, RevisionListing], appointment_id: str) -> Revisions:
    """Every save of the appointment: who, when, and what it changed."""
    query = call.query
    page = revisions.revisions(call.principal, appointment_id, limit=query.limit, cursor=query.cursor)
    return Revisions(page.items, page.next_cursor)


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/revisions/{version}/restore",
    body=RestoreRevision,
    answers=SavedAppointment,
    problems=(LockRequired, LockLost, AppointmentVersionMismatch, SlotTaken),
)
def restore_revision(call: Call[RestoreRevision, None], appointment_id: str, version: str) -> SavedAppointment:
    """Bring the fields back to what they were at that version, as a new revision."""
    return revisions.restore(
        call.principal,
        appointment_id,
        version_of(version),
        lock_id=call.body.lock_id,
        version=call.body.version,
    )
