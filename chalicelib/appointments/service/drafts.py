"""Keep a member's unsaved text without a lock, and compare it with the record."""

from chalicelib.appointments.model.appointment import Appointment, Changes, editable_fields
from chalicelib.appointments.model.comparison import compare_fields
from chalicelib.appointments.model.draft import (
    ComparedDraft,
    Draft,
    DraftFields,
    draft_to_texts,
    record_to_texts,
)
from chalicelib.appointments.model.revision import fields_at
from chalicelib.appointments.service.appointments import get
from chalicelib.appointments.store import drafts as store
from chalicelib.appointments.store.revisions import oldest_first
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.keys import DraftKey
from chalicelib.core.http.errors import FieldError, NotFound, Problem, ValidationFailed
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND


def save_draft(
    principal: Principal,
    appointment_id: str,
    base_version: int,
    fields: DraftFields,
    *,
    clock: Clock = utc_now,
) -> Draft:
    """Replace the caller's draft.

    One call, two if it is new or has a newer base version than before.

    Raises:
        ValidationFailed: the appointment never had this version.
        NotFound: unknown appointment.
    """
    key, draft = _key(principal, appointment_id), Draft(base_version, fields, clock())
    try:
        if not store.update_draft(key, draft):
            store.create_draft(key, draft)
    except store.UnknownBaseVersion as refusal:
        raise _to_error(refusal.current) from None
    return draft


def get_draft(principal: Principal, appointment_id: str) -> ComparedDraft:
    """Return the caller's draft, compared with its base and the current record.

    Raises:
        NotFound: unknown appointment, or no draft of the caller.
    """
    draft = store.find_draft(_key(principal, appointment_id))
    if draft is None:
        raise NotFound("You have no draft of this appointment.")
    current = get(principal, appointment_id, consistent=True)
    base = _fields_at_base(principal, current, draft.base_version)
    comparison = compare_fields(
        record_to_texts(base), record_to_texts(editable_fields(current)), draft_to_texts(draft.fields)
    )
    return ComparedDraft(draft.base_version, draft.fields, draft.updated_at, current.version, comparison)


def discard_draft(principal: Principal, appointment_id: str) -> None:
    """Delete the caller's draft, if any; one call, two if there was none.

    Raises:
        NotFound: unknown appointment.
    """
    if not store.discard_draft(_key(principal, appointment_id)):
        get(principal, appointment_id, consistent=True)


def has_draft(tenant_id: str, appointment_id: str, member_id: str) -> bool:
    """Return whether a member has a draft of an appointment."""
    return store.find_draft(DraftKey(tenant_id, appointment_id, member_id)) is not None


def _key(principal: Principal, appointment_id: str) -> DraftKey:
    return DraftKey(principal.tenant_id, appointment_id, principal.member_id)


def _fields_at_base(principal: Principal, current: Appointment, version: int) -> Changes:
    if current.version == version:
        return editable_fields(current)
    return fields_at(oldest_first(principal.tenant_id, current.id, version), version)


def _to_error(current_version: int | None) -> Problem:
    if current_version is None:
        return NotFound(APPOINTMENT_NOT_FOUND)
    message = f"must be a version of the appointment, which is at {current_version}"
    return ValidationFailed([FieldError("baseVersion", message)])
