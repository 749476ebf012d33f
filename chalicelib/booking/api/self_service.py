"""Public endpoints of the self-service page: a patient's own appointment, by its manage token."""

from chalicelib.appointments.model.calendar_file import MEDIA_TYPE
from chalicelib.booking.model.booking import BeingEdited, BookingView, CancellationForm, RescheduleForm, TooLate
from chalicelib.booking.service import self_service
from chalicelib.core.http.requests import PublicRequest
from chalicelib.core.http.responses import FileResponse
from chalicelib.core.http.router import endpoint
from chalicelib.scheduling.model.allocation import SlotTaken


@endpoint(response=BookingView, public=True)
def managed_booking(request: PublicRequest[None, None], manage_token: str) -> BookingView:
    """Get a booking, and whether its patient can still change it."""
    del request
    return self_service.get_booking(manage_token)


@endpoint(response=MEDIA_TYPE, public=True)
def booking_as_calendar_file(request: PublicRequest[None, None], manage_token: str) -> FileResponse:
    """Get a booking as a calendar file.

    Its `UID` is constant, and its `SEQUENCE` grows with each change.
    """
    del request
    content, content_type = self_service.get_booking_calendar(manage_token)
    return FileResponse(content_type, content, "appointment.ics")


@endpoint(
    body=RescheduleForm,
    response=BookingView,
    public=True,
    errors=(SlotTaken, TooLate, BeingEdited),
)
def reschedule_booking(request: PublicRequest[RescheduleForm, None], manage_token: str) -> BookingView:
    """Move a booking to another offered slot. It keeps its time if that slot is taken."""
    return self_service.reschedule_booking(manage_token, request.body)


@endpoint(
    body=CancellationForm,
    response=BookingView,
    public=True,
    errors=(TooLate, BeingEdited),
)
def cancel_booking(request: PublicRequest[CancellationForm, None], manage_token: str) -> BookingView:
    """Cancel a booking and release its time. Repeats are harmless."""
    return self_service.cancel_booking(manage_token, request.body.reason)
