"""The rules of booking over HTTP."""

from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.router import Request
from chalicelib.scheduling.api.router import router
from chalicelib.scheduling.model import BookingRules
from chalicelib.scheduling.service import tenant_schedule


@router.endpoint("GET", "/booking-rules", response=BookingRules)
def booking_rules(request: Request[None, None]) -> BookingRules:
    """How the practice lets patients book."""
    return tenant_schedule.get_booking_rules(request.principal)


@router.endpoint("PUT", "/booking-rules", body=BookingRules, response=BookingRules, errors=(Forbidden,))
def set_booking_rules(request: Request[BookingRules, None]) -> BookingRules:
    """Replace the rules by which patients book; admins only. What is booked stays."""
    return tenant_schedule.set_booking_rules(request.principal, request.body)
