"""Drafts over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.model import ComparedDraft, Draft, DraftFields
from chalicelib.appointments.service import drafts
from chalicelib.core.constraints import Between
from chalicelib.core.http import Call
from chalicelib.core.shape import Shape


@dataclass(frozen=True, slots=True)
class KeepDraft(Shape):
    """All that is unsaved now, and the version of the appointment that it was typed upon."""

    base_version: Annotated[int, Between(1, 2**53 - 1)]
    fields: DraftFields


@dataclass(frozen=True, slots=True)
class DraftDiscarded(Shape):
    """The caller has no draft of this appointment any more."""

    appointment_id: str
    draft: None


@routes.endpoint("GET", "/appointments/{appointment_id}/draft", answers=ComparedDraft)
def get_draft(call: Call[None, None], appointment_id: str) -> ComparedDraft:
    """The caller's own unsaved text, compared with what became of the record meanwhile."""
    return drafts.draft(call.principal, appointment_id)


@routes.endpoint("PUT", "/appointments/{appointment_id}/draft", body=KeepDraft, answers=Draft)
def keep_draft(call: Call[KeepDraft, None], appointment_id: str) -> Draft:
    """Keep unsaved text as it is typed, in place of what was kept before; it needs no lock."""
    return drafts.keep_draft(call.principal, appointment_id, call.body.base_version, call.body.fields)


@routes.endpoint("DELETE", "/appointments/{appointment_id}/draft", answers=DraftDiscarded)
def discard_draft(call: Call[None, None], appointment_id: str) -> DraftDiscarded:
    """Throw the caller's own unsaved text away. Discarding twice is no error."""
    drafts.discard_draft(call.principal, appointment_id)
    return DraftDiscarded(appointment_id, None)
