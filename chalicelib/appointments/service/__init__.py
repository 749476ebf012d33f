"""One function per use case of an appointment."""

from chalicelib.appointments.service.bookings import book
from chalicelib.appointments.service.drafts import discard_draft, draft, has_draft, keep_draft
from chalicelib.appointments.service.holds import hold, release
from chalicelib.appointments.service.lapses import follow_up_hold, lapse, ring_hold, sweep_holds
from chalicelib.appointments.service.notices import follow_up, known_already, tell
from chalicelib.appointments.service.patients import (
    Managed,
    cancel_by_patient,
    manage_token_of,
    managed,
    reschedule,
)
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
    "Managed",
    "appointment_of",
    "book",
    "cancel",
    "cancel_by_patient",
    "changed_fields",
    "create",
    "discard_draft",
    "draft",
    "follow_up",
    "follow_up_hold",
    "get",
    "has_draft",
    "hold",
    "keep_draft",
    "known_already",
    "lapse",
    "manage_token_of",
    "managed",
    "page",
    "release",
    "reschedule",
    "restore",
    "revisions",
    "ring_hold",
    "save",
    "sweep_holds",
    "tell",
]
