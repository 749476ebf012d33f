"""Frames of clients: parsed, dispatched and answered."""
