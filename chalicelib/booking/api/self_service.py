"""A patient's own page: their appointment, by the token that they were given."""

from chalicelib.appointments.model import BeingEdited, CancellationForm, RescheduleForm, TooLate
from chalicelib.appointments.model.calendar_file import MEDIA_TYPE
from chalicelib.booking.model.booking_view import BookingView
from chalicelib.booking.service import self_service
from chalicelib.core.http.requests import Request
from chalicelib.core.http.responses import FileResponse
from chalicelib.core.http.router import endpoint
from chalicelib.scheduling.model.allocation import SlotTaken


@endpoint(response=BookingView, public=True)
def managed_booking(request: Request[None, None], manage_token: str) -> BookingView:
    """The appointment, and whether its patient can still change it."""
    del request
    return self_service.get_booking(manage_token)


@endpoint(response=MEDIA_TYPE, public=True)
def booking_as_calendar_file(request: Request[None, None], manage_token: str) -> FileResponse:
    """The appointment as a file for calendar programs, with the same UID each time and a SEQUENCE that grows."""
    del request
    content, content_type = self_service.get_booking_calendar(manage_token)
    return FileResponse(content_type, content, "appointment.ics")


@endpoint(body=RescheduleForm, response=BookingView, public=True, errors=(SlotTaken, TooLate, BeingEdited))
def reschedule_booking(request: Request[RescheduleForm, None], manage_token: str) -> BookingView:
    """Move it to another slot that is offered; it stays where it is if somebody else has that."""
    return self_service.reschedule_booking(manage_token, request.body)


@endpoint(body=CancellationForm, response=BookingView, public=True, errors=(TooLate, BeingEdited))
def cancel_booking(request: Request[CancellationForm, None], manage_token: str) -> BookingView:
    """Call it off, which frees its time; to do so again is no error."""
    return self_service.cancel_booking(manage_token, request.body.reason)
