"""Slot holds, bookings by patients, and the self-service page."""
