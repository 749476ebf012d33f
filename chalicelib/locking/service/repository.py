"""Loading a lock and applying a rule to it: one read and one write."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.http.errors import NotFound, Unavailable
from chalicelib.locking.model import Lock, LockRecord, never_locked
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND
from chalicelib.locking.store import item, records
from chalicelib.locking.store.item import ConditionRefused

_MAX_ATTEMPTS = 10
CONTENTION_DETAIL = "Too many requests change this lock at the moment; please try again."

Rule = Callable[[LockRecord], LockRecord]


def record_from_image(image: Image) -> LockRecord:
    """Return the lock in an image of a stream record."""
    return item.record_from_image(image)


def load(key: LockKey, now: datetime) -> LockRecord:
    """Return the current lock; one call, two if it has no item.

    Raises:
        NotFound: there is no such appointment.
    """
    return or_never_locked(key, records.read(key), now)


def or_never_locked(key: LockKey, record: LockRecord | None, now: datetime) -> LockRecord:
    """Return the record or, for a lock without an item, a free lock; one call.

    Raises:
        NotFound: there is no such appointment.
    """
    if record is not None:
        return record
    version = records.last_version(key)
    if version is None:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    return never_locked(key.appointment_id, now, version)


def update(key: LockKey, now: datetime, rule: Rule) -> LockRecord:
    """Load a lock and apply a rule to it; two calls, three if it has no item.

    Raises:
        NotFound: there is no such appointment.
        Unavailable: other requests changed the lock too often.
        Problem: the rule refuses.
    """
    return update_with_retry(key, load(key, now), rule)


def update_if_stored(key: LockKey, rule: Rule) -> None:
    """Apply a rule to a lock that has an item; one call, two for a change.

    Raises:
        Unavailable: other requests changed the lock too often.
    """
    record = records.read(key)
    if record is not None:
        update_with_retry(key, record, rule)


def update_with_retry(key: LockKey, record: LockRecord, rule: Rule) -> LockRecord:
    """Apply a rule to a record and write the result.

    One call, more if other requests change the lock meanwhile.

    A write that is refused because its own result is stored has succeeded: its response was lost, and botocore
    repeated it.

    Raises:
        Unavailable: other requests changed the lock too often.
        Problem: the rule refuses.
    """
    for _ in range(_MAX_ATTEMPTS):
        written = rule(record)
        if written is record:
            return record
        try:
            records.replace(key, written)
        except ConditionRefused as refusal:
            if refusal.record == written:
                return written
            if refusal.record is None:
                break
            record = refusal.record
        else:
            return written
    raise Unavailable(CONTENTION_DETAIL)


def to_owner_view(record: LockRecord) -> Lock:
    """Return the lease of a lock as its holder sees it."""
    lock = item.require_lease(record.lock_with_request)
    return lock.redacted_for(lock.user_id, lock.session_id)
