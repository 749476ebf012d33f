"""Saves of stored appointments, for the packages above this one: a patient's change is saved without a lock."""

from chalicelib.appointments.store.revisions import oldest_first
from chalicelib.appointments.store.saving import SaveRefused, save

__all__ = ["SaveRefused", "oldest_first", "save"]
