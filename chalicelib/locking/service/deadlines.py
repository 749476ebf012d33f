"""What falls due: each deadline is announced by a delayed message, by the sweep if that was lost, and by TTL."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.core.clock import Clock, IdFactory, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.events.batch import for_each
from chalicelib.locking.model import LockRecord, rules
from chalicelib.locking.model.timers import LockTimer, timers_for_change
from chalicelib.locking.queue import TimerQueue, timer_queue
from chalicelib.locking.service.leases import default_timeouts, make_lock_id, new_secret
from chalicelib.locking.service.repository import update_with_retry
from chalicelib.locking.store import item, records

# How long the sweep leaves a deadline to its message.
_SWEEP_DELAY = timedelta(seconds=5)


def apply_due_transitions(
    key: LockKey, *, clock: Clock = utc_now, ids: IdFactory = new_secret
) -> LockRecord | None:
    """Do what is due of a lock; one call if nothing is. The lock as it stands then, None if it has no item."""
    now, terms = clock(), default_timeouts()

    def rule(found: LockRecord) -> LockRecord:
        return rules.apply_due_transition(found, now, terms, lambda: make_lock_id(key.tenant_id, ids()))

    record = records.read(key)
    while record is not None:
        settled = update_with_retry(key, record, rule)
        if rule(settled) is settled:
            return settled
        record = settled
    return None


def on_timer(timer: LockTimer, queue: TimerQueue, *, clock: Clock = utc_now, ids: IdFactory = new_secret) -> None:
    """A timer's message has come: do what is due, and wait on if its deadline moved. Repeats are harmless."""
    record = apply_due_transitions(LockKey(timer.tenant_id, timer.appointment_id), clock=clock, ids=ids)
    due_at = timer.next_due_at(record)
    if due_at is not None:
        queue.send(replace(timer, due_at=due_at), clock())


def sweep(*, clock: Clock = utc_now, ids: IdFactory = new_secret) -> int:
    """Do what is overdue, of all tenants, because its message was lost; how many locks that were.

    Raises:
        ExceptionGroup: why some could not be done; all others were.
    """
    overdue = list(records.find_overdue(clock() - _SWEEP_DELAY))
    for_each(overdue, lambda key: apply_due_transitions(key, clock=clock, ids=ids))
    return len(overdue)


def on_change(
    key: LockKey,
    old: Image | None,
    new: Image | None,
    *,
    queue: TimerQueue | None = None,
    clock: Clock = utc_now,
) -> None:
    """What a change of a lock asks for, given the images of its stream record: timers for what will fall due, and
    the last version kept where TTL removed the item. Repeats are harmless.
    """
    before = item.record_from_image(old) if old else None
    if new is not None:
        for timer in timers_for_change(key.tenant_id, before, item.record_from_image(new)):
            (queue or timer_queue()).send(timer, clock())
    elif before is not None:
        records.save_last_version(key, after_removal(before).version)


def after_removal(record: LockRecord) -> LockRecord:
    """What the removal of an item means: the end of a hold that nothing else has ended."""
    return rules.expire(record)
