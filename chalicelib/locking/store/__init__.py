"""The only place that knows how a lock is kept in DynamoDB.

The item stays when the lock is free, so that `version` goes on growing.
"""

from chalicelib.locking.store import quick
from chalicelib.locking.store.item import record_of
from chalicelib.locking.store.quick import Refused
from chalicelib.locking.store.records import (
    NoSuchAppointment,
    VersionPassed,
    add_fence,
    add_open_fence,
    awaited_by,
    create,
    held_by,
    keep_version,
    last_version,
    overdue,
    read,
    replace,
)

__all__ = [
    "NoSuchAppointment",
    "Refused",
    "VersionPassed",
    "add_fence",
    "add_open_fence",
    "awaited_by",
    "create",
    "held_by",
    "keep_version",
    "last_version",
    "overdue",
    "quick",
    "read",
    "record_of",
    "replace",
]
