"""Doctors, services, rooms and devices: working hours, free time and its allocation."""
