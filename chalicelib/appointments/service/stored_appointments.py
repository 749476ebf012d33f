"""The parts of the store that bookings and notifications use."""

from chalicelib.appointments.store.appointments import appointment_from_image, find_record
from chalicelib.appointments.store.items import add_new
from chalicelib.appointments.store.last_notified import find_last_notified, save_last_notified

__all__ = ["add_new", "appointment_from_image", "find_last_notified", "find_record", "save_last_notified"]
