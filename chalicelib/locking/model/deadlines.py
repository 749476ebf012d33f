"""The deadlines of a lock that need a message."""

from datetime import datetime

from chalicelib.core.events.deadline_queue import Deadline
from chalicelib.locking.model.lock import LockRecord


def deadlines_for_change(tenant_id: str, old: LockRecord | None, new: LockRecord) -> list[Deadline]:
    """Return the deadlines to announce after a change.

    These are the end of a new lease, and every other new deadline.
    """
    known = _deadlines_of(old) if old else set()
    found = []
    if new.lock and not (old and old.lock and old.lock.lock_id == new.lock.lock_id):
        found.append(Deadline("lock", tenant_id, new.appointment_id, new.lock.expires_at, new.lock.lock_id))
        known.add(new.lock.expires_at)
    elif new.lock and old and old.lock and new.lock.expires_at > old.lock.expires_at:
        known.add(new.lock.expires_at)  # the message of the lease follows it
    other = sorted(_deadlines_of(new) - known)
    return found + [Deadline("lock", tenant_id, new.appointment_id, due_at) for due_at in other]


def next_due_at(deadline: Deadline, record: LockRecord | None) -> datetime | None:
    """Return the instant at which to deliver a deadline again, None if not at all."""
    if record is None:
        return None
    if deadline.lock_id is None:
        return deadline.due_at if deadline.due_at in _deadlines_of(record) else None
    lock = record.lock
    return lock.expires_at if lock and lock.lock_id == deadline.lock_id else None


def _deadlines_of(record: LockRecord) -> set[datetime]:
    lease = record.lock.expires_at if record.lock else None
    return {instant for instant in (lease, record.control_expires_at, record.reserved_until) if instant}
