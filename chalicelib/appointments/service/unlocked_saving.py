"""Saves without a lock, for the changes of patients."""

from chalicelib.appointments.store.revisions import oldest_first
from chalicelib.appointments.store.saving import SaveRefused, save

__all__ = ["SaveRefused", "oldest_first", "save"]
