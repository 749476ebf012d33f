"""One function per use case of an appointment."""

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
    "get",
    "page",
    "restore",
    "revisions",
    "save",
]
