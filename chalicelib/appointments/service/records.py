"""Access to stored appointments, for the packages above this one.

Handed on from the store as they are: a booking adds its appointment to its own transaction, and notifications read
the record and the state last notified.
"""

from chalicelib.appointments.store.appointments import appointment_from_image, find_record
from chalicelib.appointments.store.items import add_new, allocation_from_json, allocation_to_json
from chalicelib.appointments.store.last_notified import find_last_notified, save_last_notified

__all__ = [
    "add_new",
    "allocation_from_json",
    "allocation_to_json",
    "appointment_from_image",
    "find_last_notified",
    "find_record",
    "save_last_notified",
]
