"""Expire holds that nobody booked: by a delayed message, or by the sweep if that was lost."""

from datetime import datetime, timedelta

from chalicelib.booking.model.hold import Hold, HoldState
from chalicelib.booking.store import holds as store
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import HoldKey
from chalicelib.core.events.batch import for_each
from chalicelib.core.events.deadline_queue import Deadline, DeadlineQueue, deadline_queue
from chalicelib.core.http.errors import Unavailable
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused, CellKey, Reservation

# The sweep leaves a deadline to its message for this time.
_SWEEP_DELAY = timedelta(seconds=5)
_MAX_ATTEMPTS = 3


def on_hold_change(
    key: HoldKey,
    old: Image | None,
    new: Image | None,
    *,
    queue: DeadlineQueue | None = None,
    clock: Clock = utc_now,
) -> None:
    """Send the deadline of a new hold, given the images of its stream record.

    Idempotent.
    """
    if old is None and new is not None:
        hold = store.hold_from_image(key, new)
        if hold.state == "held":
            deadline = Deadline("hold", key.tenant_id, key.hold_id, hold.expires_at)
            (queue or deadline_queue()).send(deadline, clock())


def on_deadline(deadline: Deadline, queue: DeadlineQueue | None = None, *, clock: Clock = utc_now) -> None:
    """Expire the hold of a deadline, or send its message again if it came early.

    Idempotent.
    """
    if clock() < deadline.due_at:
        (queue or deadline_queue()).send(deadline, clock())
    else:
        expire_hold(HoldKey(deadline.tenant_id, deadline.subject_id), clock=clock)


def expire_hold(key: HoldKey, *, clock: Clock = utc_now) -> None:
    """Release the time of a hold that has expired.

    One call if there is nothing to release.
    """
    hold, now = store.find(key.tenant_id, key.hold_id), clock()
    if hold is not None and hold.state == "held" and now >= hold.expires_at:
        end_hold(key.tenant_id, hold, "lapsed", now)


def end_hold(tenant_id: str, hold: Hold, state: HoldState, now: datetime) -> HoldState:
    """Release a hold's time, unless it has ended already.

    Cells taken since it expired stay with their new owners.

    Returns:
        The state in which the hold ended, which may be another than `state`.
    """
    released_elsewhere: frozenset[CellKey] = frozenset()
    reservation = Reservation(hold.id, hold.span, hold.expires_at)
    for _ in range(_MAX_ATTEMPTS):
        change = AllocationChange(reservation, None, hold.allocation, released_elsewhere=released_elsewhere)
        try:
            store.end(tenant_id, hold, state, change, now)
        except store.HoldEnded as ended:
            return ended.hold.state if ended.hold else "lapsed"
        except AllocationRefused as refusal:
            released_elsewhere |= {cell for conflict in refusal.conflicts for cell in conflict.cells()}
        else:
            return state
    raise Unavailable("This time is in great demand at the moment; please try again.")


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
