"""Booking rules over HTTP."""

from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.service import tenant_schedule


@endpoint(response=BookingRules)
def booking_rules(request: Request[None, None]) -> BookingRules:
    """Return the rules by which patients book."""
    return tenant_schedule.get_booking_rules(request.principal)


@endpoint(body=BookingRules, response=BookingRules, errors=(Forbidden,))
def set_booking_rules(request: Request[BookingRules, None]) -> BookingRules:
    """Replace the rules by which patients book. Admins only.

    Booked appointments stay as they are.
    """
    return tenant_schedule.set_booking_rules(request.principal, request.body)
