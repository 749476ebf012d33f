"""Appointments over HTTP."""

from chalicelib.appointments.api import drafts, record, revisions
from chalicelib.appointments.api.routes import routes

__all__ = [
    "drafts",
    "record",
    "revisions",
    "routes",
]
