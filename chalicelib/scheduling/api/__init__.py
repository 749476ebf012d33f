"""A practice's time over HTTP."""

from chalicelib.scheduling.api import availability, booking_rules, doctors, resources, services, sign_up
from chalicelib.scheduling.api.router import router

__all__ = ["availability", "booking_rules", "doctors", "resources", "router", "services", "sign_up"]
