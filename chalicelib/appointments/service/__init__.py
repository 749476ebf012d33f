"""One function per use case of an appointment."""

from chalicelib.appointments.service.drafts import discard_draft, draft, has_draft, keep_draft
from chalicelib.appointments.service.record import (
    Filter,
    appointment_of,
    changed_fields,
    create,
    get,
    page,
)
from chalicelib.appointments.service.revisions import restore, revisions
from chalicelib.appointments.service.saving import cancel, save

__all__ = [
    "Filter",
    "appointment_of",
    "cancel",
    "changed_fields",
    "create",
    "discard_draft",
    "draft",
    "get",
    "has_draft",
    "keep_draft",
    "page",
    "restore",
    "revisions",
    "save",
]
