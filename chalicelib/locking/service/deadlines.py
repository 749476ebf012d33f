"""What falls due: each deadline is announced by a delayed message, by the sweep if that was lost, and by TTL."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.core import keys
from chalicelib.core.batch import to_each
from chalicelib.core.clock import Clock, Ids, utc_now
from chalicelib.locking.model import LockRecord, rules
from chalicelib.locking.model.timers import Timer, timers
from chalicelib.locking.queue import TimerQueue, timer_queue
from chalicelib.locking.service.place import apply, default_terms, lock_id_in, new_secret
from chalicelib.locking.store import item, records

# How long the sweep leaves a deadline to its message.
_MESSAGE_FIRST = timedelta(seconds=5)

Image = dict[str, Any]


def settle(partition: str, *, clock: Clock = utc_now, ids: Ids = new_secret) -> LockRecord | None:
    """Do what is due of a lock; one call if nothing is. The lock as it stands then, None if it has no item."""
    now, terms = clock(), default_terms()
    tenant_id, _ = keys.appointment_of(partition)

    def rule(found: LockRecord) -> LockRecord:
        return rules.settle(found, now, terms, lambda: lock_id_in(tenant_id, ids()))

    record = records.read(partition)
    while record is not None:
        settled = apply(partition, record, rule)
        if rule(settled) is settled:
            return settled
        record = settled
    return None


def ring(timer: Timer, queue: TimerQueue, *, clock: Clock = utc_now, ids: Ids = new_secret) -> None:
    """A timer's message has come: do what is due, and wait on if its deadline moved. Repeats are harmless."""
    record = settle(keys.appointment(timer.tenant_id, timer.appointment_id), clock=clock, ids=ids)
    due_at = timer.still_due_at(record)
    if due_at is not None:
        queue.send(replace(timer, due_at=due_at), clock())


def sweep(*, clock: Clock = utc_now, ids: Ids = new_secret) -> int:
    """Do what is overdue, of all tenants, because its message was lost; how many locks that were.

    Raises:
        ExceptionGroup: why some could not be done; all others were.
    """
    overdue = list(records.overdue(clock() - _MESSAGE_FIRST))
    to_each(overdue, lambda partition: settle(partition, clock=clock, ids=ids))
    return len(overdue)


def follow_up(
    partition: str,
    old: Image | None,
    new: Image | None,
    *,
    queue: TimerQueue | None = None,
    clock: Clock = utc_now,
) -> None:
    """What a change of a lock asks for, given the images of its stream record: timers for what will fall due, and
    the last version kept where TTL removed the item. Repeats are harmless.
    """
    tenant_id, _ = keys.appointment_of(partition)
    before = item.record_of(old) if old else None
    if new is not None:
        for timer in timers(tenant_id, before, item.record_of(new)):
            (queue or timer_queue()).send(timer, clock())
    elif before is not None:
        records.keep_version(partition, removed(before).version)


def removed(record: LockRecord) -> LockRecord:
    """What the removal of an item means: the end of a hold that nothing else has ended."""
    return rules.expire(record)
