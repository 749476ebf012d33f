"""Drafts over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.model import ComparedDraft, Draft, DraftFields
from chalicelib.appointments.service import drafts
from chalicelib.core.http.constraints import Range
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema


@dataclass(frozen=True, slots=True)
class DraftForm(Schema):
    """All that is unsaved now, and the version of the appointment that it was typed upon."""

    base_version: Annotated[int, Range(1, 2**53 - 1)]
    fields: DraftFields


@dataclass(frozen=True, slots=True)
class DraftDiscarded(Schema):
    """The caller has no draft of this appointment any more."""

    appointment_id: str
    draft: None


@endpoint(response=ComparedDraft)
def get_draft(request: Request[None, None], appointment_id: str) -> ComparedDraft:
    """The caller's own unsaved text, compared with what became of the record meanwhile."""
    return drafts.get_draft(request.principal, appointment_id)


@endpoint(body=DraftForm, response=Draft)
def keep_draft(request: Request[DraftForm, None], appointment_id: str) -> Draft:
    """Keep unsaved text as it is typed, in place of what was kept before; it needs no lock."""
    return drafts.save_draft(request.principal, appointment_id, request.body.base_version, request.body.fields)


@endpoint(response=DraftDiscarded)
def discard_draft(request: Request[None, None], appointment_id: str) -> DraftDiscarded:
    """Throw the caller's own unsaved text away. Discarding twice is no error."""
    drafts.discard_draft(request.principal, appointment_id)
    return DraftDiscarded(appointment_id, None)
