"""The only place of this room that knows DynamoDB. Every change of an appointment is a transaction."""

from chalicelib.appointments.store.drafts import (
    DraftItem,
    DraftKey,
    NoSuchBase,
    create_draft,
    discard_draft,
    find_draft,
    rewrite_draft,
)
from chalicelib.appointments.store.record import (
    AppointmentItem,
    appointment_of,
    between,
    create,
    find,
    find_stored,
    position_of,
)
from chalicelib.appointments.store.revisions import RevisionItem, newest_first, oldest_first
from chalicelib.appointments.store.saving import Edit, SaveRefused, save

__all__ = [
    "AppointmentItem",
    "DraftItem",
    "DraftKey",
    "Edit",
    "NoSuchBase",
    "RevisionItem",
    "SaveRefused",
    "appointment_of",
    "between",
    "create",
    "create_draft",
    "discard_draft",
    "find",
    "find_draft",
    "find_stored",
    "newest_first",
    "oldest_first",
    "position_of",
    "rewrite_draft",
    "save",
]
