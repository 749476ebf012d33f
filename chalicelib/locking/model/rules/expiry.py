"""Transitions that are due at a deadline."""

from datetime import datetime

from chalicelib.core.clock import IdFactory
from chalicelib.locking.model.lock import LockRecord
from chalicelib.locking.model.rules.transitions import (
    Timeouts,
    end_lease,
    reserve_for_next,
    set_waitlist,
    start_lease,
)


def apply_due_transition(record: LockRecord, now: datetime, timeouts: Timeouts, ids: IdFactory) -> LockRecord:
    """Apply the next transition that is due: of a lease, a request or a reservation.

    `ids` gives the lock id for a request that is granted without a response.
    """
    if record.lock is None:
        is_over = record.reserved_until is not None and record.reserved_until < now
        return _skip_first_waiter(record, now) if is_over else record
    if not record.lock.is_live(now):
        return end_lease(record, "expired", now)
    if record.control_expires_at is None or record.control_expires_at >= now:
        return record
    first = record.waitlist[0]
    if first.on_timeout == "grant" and not first.disconnected_at:
        return start_lease(record, first, ids(), "granted", now, timeouts)
    return set_waitlist(record, record.waitlist[1:], "lapsed", now, timeouts)


def expire(record: LockRecord) -> LockRecord:
    """End the lease at its own deadline. A free lock stays unchanged."""
    return end_lease(record, "expired", record.lock.expires_at) if record.lock else record


def fast_forward(record: LockRecord, now: datetime) -> LockRecord:
    """Apply the lease's expiry and each missed reservation at its own deadline."""
    if record.lock and not record.lock.is_live(now):
        record = expire(record)
    while record.reserved_until and record.reserved_until < now:
        record = _skip_first_waiter(record, record.reserved_until)
    return record


def _skip_first_waiter(record: LockRecord, now: datetime) -> LockRecord:
    return reserve_for_next(record, record.waitlist[1:], "passed_over", now)
