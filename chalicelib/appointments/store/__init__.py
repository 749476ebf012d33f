"""The only place of this room that knows DynamoDB. Every change of an appointment is a transaction."""

from chalicelib.appointments.store.record import (
    AppointmentItem,
    appointment_of,
    between,
    create,
    find,
    position_of,
)
from chalicelib.appointments.store.revisions import RevisionItem, newest_first, oldest_first
from chalicelib.appointments.store.saving import Edit, SaveRefused, save

__all__ = [
    "AppointmentItem",
    "Edit",
    "RevisionItem",
    "SaveRefused",
    "appointment_of",
    "between",
    "create",
    "find",
    "newest_first",
    "oldest_first",
    "position_of",
    "save",
]
