"""Booking by patients over HTTP."""
