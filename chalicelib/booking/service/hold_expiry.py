"""The end of a hold that nobody booked: announced by a delayed message, and by the sweep if that was lost."""

from datetime import timedelta

from chalicelib.booking.hold_timers import HoldTimer, HoldTimerQueue, hold_timer_queue
from chalicelib.booking.service.holds import end_hold
from chalicelib.booking.store import holds
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import HoldKey
from chalicelib.core.events.batch import for_each

# How long the sweep leaves a deadline to its message.
_SWEEP_DELAY = timedelta(seconds=5)


def on_hold_change(
    key: HoldKey,
    old: Image | None,
    new: Image | None,
    *,
    queue: HoldTimerQueue | None = None,
    clock: Clock = utc_now,
) -> None:
    """What a change of a hold asks for, given the images of its stream record: a timer for the end of a new one.
    Repeats are harmless.
    """
    if old is None and new is not None:
        hold = holds.hold_from_image(key, new)
        if hold.state == "held":
            timer = HoldTimer(key.tenant_id, key.hold_id, hold.expires_at)
            (queue or hold_timer_queue()).send(timer, clock())


def on_hold_timer(timer: HoldTimer, queue: HoldTimerQueue | None = None, *, clock: Clock = utc_now) -> None:
    """A hold's message has come: give its time back if it has lapsed, and wait on if that is yet to come. Repeats
    are harmless.
    """
    if clock() < timer.due_at:
        (queue or hold_timer_queue()).send(timer, clock())
    else:
        expire_hold(HoldKey(timer.tenant_id, timer.hold_id), clock=clock)


def expire_hold(key: HoldKey, *, clock: Clock = utc_now) -> None:
    """Give back the time of a hold that has lapsed; one call if it has not, or has ended otherwise."""
    hold, now = holds.find(key.tenant_id, key.hold_id), clock()
    if hold is not None and hold.state == "held" and now >= hold.expires_at:
        end_hold(key.tenant_id, hold, "lapsed", now)


def sweep_holds(*, clock: Clock = utc_now) -> int:
    """Give back the time of all holds, of all tenants, whose message was lost; how many those were.

    Raises:
        ExceptionGroup: why some could not be ended; all others were.
    """
    overdue = list(holds.find_overdue(clock() - _SWEEP_DELAY))
    for_each(overdue, lambda hold: expire_hold(hold, clock=clock))
    return len(overdue)
