"""Holds, bookings and changes by many clients, some of whom die, and what must be so whatever happened."""
