"""Doctors, services and working hours."""
