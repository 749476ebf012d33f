"""Appointments over HTTP."""

from chalicelib.appointments.api import record
from chalicelib.appointments.api.routes import routes

__all__ = ["record", "routes"]
