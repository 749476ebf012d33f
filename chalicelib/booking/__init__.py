"""Booking by patients: slot holds, bookings, the self-service page and hold expiry."""
