"""Events without a client: time, and deadlines by a timer, the sweep or TTL."""

from collections.abc import Iterator

from docs.spec.preconditions import Preconditions
from docs.spec.state import CURRENT_READ, LEASE, LONG_AGO, SKEW, STALE_READ, State, Step, latest_clock
from docs.spec.updates import end_lease, remove_item, set_waitlist, start_lease


def tick(state: State, _: Preconditions) -> Iterator[Step]:
    """Let one tick pass."""
    if state.holder is not None and state.remaining > LONG_AGO:
        restored = None if state.restored is None else max(state.restored - 1, LONG_AGO)
        yield Step("time passes", None, state._replace(remaining=state.remaining - 1, restored=restored))


def expire(state: State, preconditions: Preconditions) -> Iterator[Step]:
    """Expire a lease by a timer or the sweep: read and, if due, write upon that read.

    Either may run twice, late, or after a renewal, so the read may happen at any time.
    """
    if not preconditions.ends_by_timer or state.holder is None:
        return
    if state.timer_read != CURRENT_READ and _is_due(state, preconditions):
        yield Step("the timer reads an expired lease", None, state._replace(timer_read=CURRENT_READ))
    is_stale = state.timer_read == STALE_READ
    if state.timer_read == CURRENT_READ or (is_stale and not preconditions.expiry_checks_version):
        yield Step("the timer writes the expiry", None, end_lease(state), uses_old_version=is_stale)


def _is_due(state: State, preconditions: Preconditions) -> bool:
    return not preconditions.expiry_checks_deadline or state.remaining < SKEW


def time_out(state: State, _: Preconditions) -> Iterator[Step]:
    """End an unanswered request or an unused reservation, at any time."""
    waitlist = state.waitlist
    if not waitlist:
        return
    if state.holder is None:
        yield Step("the reservation passes to the next waiter", None, set_waitlist(state, waitlist[1:]))
        return
    yield Step("the request lapses", None, set_waitlist(state, waitlist[1:]))
    clock = latest_clock(state.remaining)
    after = start_lease(state, waitlist[0], clock + LEASE)
    yield Step("the unanswered request is granted", None, after, clock, starts_lease=True)


def remove(state: State, preconditions: Preconditions) -> Iterator[Step]:
    """Remove by TTL the item of a free lock, or of one that expired long ago."""
    is_abandoned = state.holder is not None and state.remaining == LONG_AGO and preconditions.ends_by_ttl
    if state.has_item and (state.holder is None or is_abandoned):
        yield Step("TTL removes the item", None, remove_item(state))
