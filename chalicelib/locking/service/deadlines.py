"""Expiry of leases, requests and reservations: by message, sweep or TTL."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.core.clock import Clock, IdFactory, new_secret, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.batch import for_each
from chalicelib.core.events.deadline_queue import Deadline, DeadlineQueue, deadline_queue
from chalicelib.locking.model import LockRecord, rules
from chalicelib.locking.model.deadlines import deadlines_for_change, next_due_at
from chalicelib.locking.service.leases import default_timeouts, make_lock_id
from chalicelib.locking.service.repository import update_with_retry
from chalicelib.locking.store import item, records

# The sweep leaves deadlines to their messages for so long.
_SWEEP_DELAY = timedelta(seconds=5)


def apply_due_transitions(
    key: LockKey, *, clock: Clock = utc_now, ids: IdFactory = new_secret
) -> LockRecord | None:
    """Apply everything that is due of a lock; one call if nothing is.

    Returns the lock, None if it has no item.
    """
    now, timeouts = clock(), default_timeouts()

    def rule(found: LockRecord) -> LockRecord:
        return rules.apply_due_transition(found, now, timeouts, lambda: make_lock_id(key.tenant_id, ids()))

    record = records.read(key)
    while record is not None:
        updated = update_with_retry(key, record, rule)
        if rule(updated) is updated:
            return updated
        record = updated
    return None


def on_deadline(
    deadline: Deadline,
    queue: DeadlineQueue | None = None,
    *,
    clock: Clock = utc_now,
    ids: IdFactory = new_secret,
) -> None:
    """Apply what is due of a lock, and send the message again if its deadline moved.

    Idempotent.
    """
    record = apply_due_transitions(LockKey(deadline.tenant_id, deadline.subject_id), clock=clock, ids=ids)
    due_at = next_due_at(deadline, record)
    if due_at is not None:
        (queue or deadline_queue()).send(replace(deadline, due_at=due_at), clock())


def sweep(*, clock: Clock = utc_now, ids: IdFactory = new_secret) -> int:
    """Apply what is overdue, for all tenants, because its message was lost.

    Returns the number of locks.

    Raises:
        ExceptionGroup: some locks failed; all others were updated.
    """
    overdue = list(records.find_overdue(clock() - _SWEEP_DELAY))
    for_each(overdue, lambda key: apply_due_transitions(key, clock=clock, ids=ids))
    return len(overdue)


def on_change(
    key: LockKey,
    old: Image | None,
    new: Image | None,
    *,
    queue: DeadlineQueue | None = None,
    clock: Clock = utc_now,
) -> None:
    """Announce new deadlines, and store the version of a removed lock.

    Idempotent.
    """
    before = item.record_from_image(old) if old else None
    if new is not None:
        for deadline in deadlines_for_change(key.tenant_id, before, item.record_from_image(new)):
            (queue or deadline_queue()).send(deadline, clock())
    elif before is not None:
        records.save_last_version(key, after_removal(before).version)


def after_removal(record: LockRecord) -> LockRecord:
    """Return the lock after the removal of its item, which ends its lease."""
    return rules.expire(record)
