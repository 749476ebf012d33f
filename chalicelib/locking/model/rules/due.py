"""What falls due of itself."""

from datetime import datetime

from chalicelib.core.clock import Ids
from chalicelib.locking.model.lock import LockRecord
from chalicelib.locking.model.rules.steps import Terms, freed, held, lined_up, turned


def settle(record: LockRecord, now: datetime, terms: Terms, ids: Ids) -> LockRecord:
    """The next thing that is due: a lease's end, a request that nobody answered, a turn that nobody took.

    `ids` gives the lock id if a request is granted because its holder did not answer.
    """
    if record.lock is None:
        is_over = record.turn_ends_at is not None and record.turn_ends_at < now
        return _passed_over(record, now) if is_over else record
    if not record.lock.is_live(now):
        return freed(record, "expired", now)
    if record.control_expires_at is None or record.control_expires_at >= now:
        return record
    first = record.line[0]
    if first.on_timeout == "grant" and not first.gone_at:
        return held(record, first, ids(), "granted", now, terms)
    return lined_up(record, record.line[1:], "lapsed", now, terms)


def expire(record: LockRecord) -> LockRecord:
    """The end of a lease at its own deadline; a free lock stays as it is."""
    return freed(record, "expired", record.lock.expires_at) if record.lock else record


def overdue(record: LockRecord, now: datetime) -> LockRecord:
    """How a lock would stand if its lease's end, and each turn after it, had been settled when it fell due."""
    if record.lock and not record.lock.is_live(now):
        record = expire(record)
    while record.turn_ends_at and record.turn_ends_at < now:
        record = _passed_over(record, record.turn_ends_at)
    return record


def _passed_over(record: LockRecord, now: datetime) -> LockRecord:
    return turned(record, record.line[1:], "passed_over", now)
