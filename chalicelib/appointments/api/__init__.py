"""Appointments over HTTP."""

from chalicelib.appointments.api import drafts, exchange, feeds, patients, public, record, revisions, schedule
from chalicelib.appointments.api.routes import routes

__all__ = [
    "drafts",
    "exchange",
    "feeds",
    "patients",
    "public",
    "record",
    "revisions",
    "routes",
    "schedule",
]
