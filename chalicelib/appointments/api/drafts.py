"""Endpoints for drafts."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.model.draft import ComparedDraft, Draft, DraftFields
from chalicelib.appointments.service import drafts
from chalicelib.core.http.constraints import Range
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema


@dataclass(frozen=True, slots=True)
class DraftForm(Schema):
    """All unsaved fields, and the version of the appointment that they are based on."""

    base_version: Annotated[int, Range(1, 2**53 - 1)]
    fields: DraftFields


@dataclass(frozen=True, slots=True)
class DraftDiscarded(Schema):
    """The caller has no draft of this appointment."""

    appointment_id: str
    draft: None


@endpoint(response=ComparedDraft)
def get_draft(request: Request[None, None], appointment_id: str) -> ComparedDraft:
    """Get the caller's draft, compared with its base version and the current record."""
    return drafts.get_draft(request.principal, appointment_id)


@endpoint(body=DraftForm, response=Draft)
def keep_draft(request: Request[DraftForm, None], appointment_id: str) -> Draft:
    """Store the caller's unsaved text in place of the previous draft.

    No lock is needed.
    """
    return drafts.save_draft(request.principal, appointment_id, request.body.base_version, request.body.fields)


@endpoint(response=DraftDiscarded)
def discard_draft(request: Request[None, None], appointment_id: str) -> DraftDiscarded:
    """Delete the caller's draft. Repeats are harmless."""
    drafts.discard_draft(request.principal, appointment_id)
    return DraftDiscarded(appointment_id, None)
