"""The bookings suite: patients and members compete for the same times."""
