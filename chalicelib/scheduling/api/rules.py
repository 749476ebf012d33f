"""The rules of booking over HTTP."""

from chalicelib.core.errors import Forbidden
from chalicelib.core.http import Call
from chalicelib.scheduling.api.routes import routes
from chalicelib.scheduling.model import BookingRules
from chalicelib.scheduling.service import practice


@routes.endpoint("GET", "/booking-rules", answers=BookingRules)
def booking_rules(call: Call[None, None]) -> BookingRules:
    """How the practice lets patients book."""
    return practice.booking_rules(call.principal)


@routes.endpoint("PUT", "/booking-rules", body=BookingRules, answers=BookingRules, problems=(Forbidden,))
def set_booking_rules(call: Call[BookingRules, None]) -> BookingRules:
    """Replace the rules by which patients book; admins only. What is booked stays."""
    return practice.set_booking_rules(call.principal, call.body)
