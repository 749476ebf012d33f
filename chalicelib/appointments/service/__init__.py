"""One function per use case of an appointment."""

from chalicelib.appointments.service.record import (
    Filter,
    appointment_of,
    changed_fields,
    create,
    get,
    page,
)
from chalicelib.appointments.service.saving import save

__all__ = [
    "Filter",
    "appointment_of",
    "changed_fields",
    "create",
    "get",
    "page",
    "save",
]
