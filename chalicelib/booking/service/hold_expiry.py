"""Expire holds that nobody booked: by a delayed message, or by the sweep if that was lost."""

from datetime import timedelta

from chalicelib.booking.service.holds import end_hold
from chalicelib.booking.store import holds as store
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import HoldKey
from chalicelib.core.events.batch import for_each
from chalicelib.core.events.deadline_queue import Deadline, DeadlineQueue, deadline_queue

# The sweep leaves a deadline to its message for this time.
_SWEEP_DELAY = timedelta(seconds=5)


def on_hold_change(
    key: HoldKey,
    old: Image | None,
    new: Image | None,
    *,
    queue: DeadlineQueue | None = None,
    clock: Clock = utc_now,
) -> None:
    """Send the deadline of a new hold, given the images of its stream record. Idempotent."""
    if old is None and new is not None:
        hold = store.hold_from_image(key, new)
        if hold.state == "held":
            deadline = Deadline("hold", key.tenant_id, key.hold_id, hold.expires_at)
            (queue or deadline_queue()).send(deadline, clock())


def on_deadline(deadline: Deadline, queue: DeadlineQueue | None = None, *, clock: Clock = utc_now) -> None:
    """Expire the hold of a deadline, or send its message again if it came early. Idempotent."""
    if clock() < deadline.due_at:
        (queue or deadline_queue()).send(deadline, clock())
    else:
        expire_hold(HoldKey(deadline.tenant_id, deadline.subject_id), clock=clock)


def expire_hold(key: HoldKey, *, clock: Clock = utc_now) -> None:
    """Release the time of a hold that has expired; one call if there is nothing to release."""
    hold, now = store.find(key.tenant_id, key.hold_id), clock()
    if hold is not None and hold.state == "held" and now >= hold.expires_at:
        end_hold(key.tenant_id, hold, "lapsed", now)


def sweep_holds(*, clock: Clock = utc_now) -> int:
    """Expire the overdue holds of all tenants; their messages were lost.

    Returns:
        The number of overdue holds.

    Raises:
        ExceptionGroup: the failures; all other holds were expired.
    """
    overdue = list(store.find_overdue(clock() - _SWEEP_DELAY))
    for_each(overdue, lambda hold: expire_hold(hold, clock=clock))
    return len(overdue)
