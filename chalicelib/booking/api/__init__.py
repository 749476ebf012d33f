"""Booking by patients over HTTP."""

from chalicelib.booking.api import bookings, self_service
from chalicelib.booking.api.router import router

__all__ = ["bookings", "router", "self_service"]
