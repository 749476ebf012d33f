"""The lock of an appointment: one member in one browser tab may edit it at a time."""
