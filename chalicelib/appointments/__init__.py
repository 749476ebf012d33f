"""Appointments: the record, fenced saves, revisions, drafts, CSV files and calendars."""
