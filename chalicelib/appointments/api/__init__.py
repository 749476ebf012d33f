"""Appointments over HTTP."""

from chalicelib.appointments.api import appointments, calendar_feeds, csv_files, drafts, revisions, schedule
from chalicelib.appointments.api.router import router

__all__ = ["appointments", "calendar_feeds", "csv_files", "drafts", "revisions", "router", "schedule"]
