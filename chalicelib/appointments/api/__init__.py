"""Appointments over HTTP."""

from chalicelib.appointments.api import record, revisions
from chalicelib.appointments.api.routes import routes

__all__ = ["record", "revisions", "routes"]
