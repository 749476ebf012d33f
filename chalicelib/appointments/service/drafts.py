"""Unsaved text: kept for its author alone, without a lock, and given back beside what changed meanwhile."""

from chalicelib.appointments.model import (
    Appointment,
    Changes,
    ComparedDraft,
    Draft,
    DraftFields,
    compare_fields,
    draft_to_texts,
    editable_fields,
    fields_at,
    record_to_texts,
)
from chalicelib.appointments.service.appointments import APPOINTMENT_NOT_FOUND, get
from chalicelib.appointments.store import drafts, revisions
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import DraftKey
from chalicelib.core.http.errors import FieldError, NotFound, Problem, ValidationFailed
from chalicelib.core.security.tokens import Principal


def save_draft(
    principal: Principal,
    appointment_id: str,
    base_version: int,
    fields: DraftFields,
    *,
    clock: Clock = utc_now,
) -> Draft:
    """Keep what the caller typed, in place of what they typed before.

    One call; two where there was none yet, or where it grew from a newer version than before.

    Raises:
        Invalid: the appointment was never at this version.
        NotFound: there is no such appointment.
    """
    key, draft = _key(principal, appointment_id), Draft(base_version, fields, clock())
    try:
        if not drafts.update_draft(key, draft):
            drafts.create_draft(key, draft)
    except drafts.UnknownBaseVersion as refusal:
        raise _to_problem(refusal.current) from None
    return draft


def get_draft(principal: Principal, appointment_id: str) -> ComparedDraft:
    """The caller's unsaved text, compared with the version that it grew from and with the record as it is now.

    Raises:
        NotFound: the caller has no draft of it, or there is no such appointment.
    """
    kept = drafts.find_draft(_key(principal, appointment_id))
    if kept is None:
        raise NotFound("You have no draft of this appointment.")
    current = get(principal, appointment_id, consistent=True)
    base = _fields_at_base(principal, current, kept.base_version)
    comparison = compare_fields(
        record_to_texts(base), record_to_texts(editable_fields(current)), draft_to_texts(kept.fields)
    )
    return ComparedDraft(kept.base_version, kept.fields, kept.updated_at, current.version, comparison)


def discard_draft(principal: Principal, appointment_id: str) -> None:
    """Throw the caller's unsaved text away; twice is no error. One call, two where there was none.

    Raises:
        NotFound: there is no such appointment.
    """
    if not drafts.discard_draft(_key(principal, appointment_id)):
        get(principal, appointment_id, consistent=True)


def has_draft(tenant_id: str, appointment_id: str, user_id: str) -> bool:
    """Whether text of this member waits for them."""
    return drafts.find_draft(DraftKey(tenant_id, appointment_id, user_id)) is not None


def _key(principal: Principal, appointment_id: str) -> DraftKey:
    return DraftKey(principal.tenant_id, appointment_id, principal.member_id)


def _fields_at_base(principal: Principal, current: Appointment, version: int) -> Changes:
    if current.version == version:
        return editable_fields(current)
    return fields_at(revisions.oldest_first(principal.tenant_id, current.id, version), version)


def _to_problem(current: int | None) -> Problem:
    if current is None:
        return NotFound(APPOINTMENT_NOT_FOUND)
    return ValidationFailed(
        [FieldError("baseVersion", f"must be one that there was; the appointment is at {current}")]
    )
