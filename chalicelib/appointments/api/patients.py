"""A patient's own page: their appointment, by the token that they were given."""

from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.model import BeingEdited, Cancellation, NewTime, TooLate
from chalicelib.appointments.model.calendar import MEDIA_TYPE
from chalicelib.appointments.model.managed import Managed
from chalicelib.appointments.service import patients
from chalicelib.core.http import Call, File
from chalicelib.scheduling.model.cells import SlotTaken


@routes.endpoint("GET", "/public/bookings/{manage_token}", answers=Managed, public=True)
def managed_booking(call: Call[None, None], manage_token: str) -> Managed:
    """The appointment, and whether its patient can still change it."""
    del call
    return patients.managed(manage_token)


@routes.endpoint("GET", "/public/bookings/{manage_token}/calendar.ics", answers=MEDIA_TYPE, public=True)
def booking_as_calendar_file(call: Call[None, None], manage_token: str) -> File:
    """The appointment as a file for calendar programs, with the same UID each time and a SEQUENCE that grows."""
    del call
    content, content_type = patients.calendar_of(manage_token)
    return File(content_type, content, "appointment.ics")


@routes.endpoint(
    "POST",
    "/public/bookings/{manage_token}/reschedule",
    body=NewTime,
    answers=Managed,
    public=True,
    problems=(SlotTaken, TooLate, BeingEdited),
)
def reschedule_booking(call: Call[NewTime, None], manage_token: str) -> Managed:
    """Move it to another slot that is offered; it stays where it is if somebody else has that."""
    return patients.reschedule(manage_token, call.body)


@routes.endpoint(
    "POST",
    "/public/bookings/{manage_token}/cancel",
    body=Cancellation,
    answers=Managed,
    public=True,
    problems=(TooLate, BeingEdited),
)
def cancel_booking(call: Call[Cancellation, None], manage_token: str) -> Managed:
    """Call it off, which frees its time; to do so again is no error."""
    return patients.cancel_by_patient(manage_token, call.body.reason)
