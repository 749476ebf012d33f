"""One function per use case of an appointment."""

from chalicelib.appointments.service.bookings import book
from chalicelib.appointments.service.drafts import discard_draft, draft, has_draft, keep_draft
from chalicelib.appointments.service.exchange import Imported, export, import_csv
from chalicelib.appointments.service.feeds import Feed, close_feed, feed, open_feed
from chalicelib.appointments.service.holds import hold, release
from chalicelib.appointments.service.lapses import follow_up_hold, lapse, ring_hold, sweep_holds
from chalicelib.appointments.service.notices import follow_up, tell
from chalicelib.appointments.service.patients import (
    calendar_of,
    cancel_by_patient,
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
from chalicelib.appointments.service.schedule import Schedule, schedule

__all__ = [
    "Feed",
    "Filter",
    "Imported",
    "Schedule",
    "appointment_of",
    "book",
    "calendar_of",
    "cancel",
    "cancel_by_patient",
    "changed_fields",
    "close_feed",
    "create",
    "discard_draft",
    "draft",
    "export",
    "feed",
    "follow_up",
    "follow_up_hold",
    "get",
    "has_draft",
    "hold",
    "import_csv",
    "keep_draft",
    "lapse",
    "managed",
    "open_feed",
    "page",
    "release",
    "reschedule",
    "restore",
    "revisions",
    "ring_hold",
    "save",
    "schedule",
    "sweep_holds",
    "tell",
]
