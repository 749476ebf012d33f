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
from chalicelib.appointments.store.feeds import delete_feed, find_feed, put_feed
from chalicelib.appointments.store.notices import NoticeItem, find_told, remember_told
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
    "NoticeItem",
    "RevisionItem",
    "SaveRefused",
    "appointment_of",
    "between",
    "create",
    "create_draft",
    "delete_feed",
    "discard_draft",
    "find",
    "find_draft",
    "find_feed",
    "find_stored",
    "find_told",
    "newest_first",
    "oldest_first",
    "position_of",
    "put_feed",
    "remember_told",
    "rewrite_draft",
    "save",
]
