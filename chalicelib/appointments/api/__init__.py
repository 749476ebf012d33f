"""Appointments over HTTP."""

from chalicelib.appointments.api import drafts, feeds, patients, public, record, revisions, schedule
from chalicelib.appointments.api.routes import routes

__all__ = [
    "drafts",
    "feeds",
    "patients",
    "public",
    "record",
    "revisions",
    "routes",
    "schedule",
]
