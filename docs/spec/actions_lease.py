"""Actions of one client: open the appointment, acquire, renew, save and release.

The model does not send and deliver requests: each request that a client could send is applied at any time,
any number of times. Refused requests change nothing and are left out.
"""

from collections.abc import Iterator

from docs.spec.clients import OVERWRITTEN_BY_OTHERS, Waitlist, with_reader
from docs.spec.preconditions import Preconditions
from docs.spec.state import LEASE, SKEW, State, Step, latest_clock
from docs.spec.updates import end_lease, save_revision, start_lease, write_item


def open_appointment(state: State, actor: int, _: Preconditions) -> Iterator[Step]:
    """Read the current revision.

    A save based on an earlier one may still be under way.
    """
    if not state.clients[actor].has_current_revision:
        yield Step("opens the appointment", actor, state._replace(clients=with_reader(state.clients, actor)))


def acquire(state: State, actor: int, preconditions: Preconditions) -> Iterator[Step]:
    """Take a free, expired or own lock.

    The clock furthest ahead permits most, and gives the longest lease.
    """
    if not state.has_item:
        step = _start("acquires without an item", state, actor)
        was_locked = any(client.has_old_id for client in state.clients)
        if was_locked and not preconditions.version_starts_at_clock:
            step = step._replace(after=step.after._replace(version=state.version - 1))
        yield step
        return
    if _may_acquire(state, actor, preconditions):
        for waitlist in _waitlists_led_by(state, actor):
            yield _start("acquires", state, actor, waitlist)
    if not preconditions.create_checks_absence:
        yield _start("acquires without an item", state, actor)


def _start(action: str, state: State, actor: int, waitlist: Waitlist | None = None) -> Step:
    after = start_lease(state, actor, SKEW + LEASE, waitlist=waitlist)
    return Step(action, actor, after, SKEW, starts_lease=True)


def _may_acquire(state: State, actor: int, preconditions: Preconditions) -> bool:
    if state.holder in (None, actor):
        return True
    is_expired = state.remaining < SKEW or not preconditions.acquire_checks_deadline
    return preconditions.ends_by_acquire and is_expired


def _waitlists_led_by(state: State, actor: int) -> Iterator[Waitlist]:
    """Return the waitlists that the actor leads, after missed reservations."""
    for missed in range(len(state.waitlist) + 1):
        rest = state.waitlist[missed:]
        if state.holder == actor or not rest or rest[0] == actor:
            yield rest
        if state.holder == actor:
            return


def renew(state: State, actor: int, preconditions: Preconditions) -> Iterator[Step]:
    """Extend the lease of a lock id that the client has received."""
    clock = latest_clock(state.remaining)
    for uses_old_id in _accepted_ids(state, actor, is_checked=preconditions.renew_checks_lock_id):
        remaining = max(clock + LEASE, state.remaining)
        after = write_item(state, state.clients, remaining=remaining, interleaved=state.interleaved)
        yield Step("renews", actor, after, clock, uses_old_id)


def release(state: State, actor: int, preconditions: Preconditions) -> Iterator[Step]:
    """Free the lock, also after its deadline."""
    for uses_old_id in _accepted_ids(state, actor, is_checked=preconditions.release_checks_lock_id):
        yield Step("releases", actor, end_lease(state), uses_old_id=uses_old_id)


def _accepted_ids(state: State, actor: int, *, is_checked: bool) -> Iterator[bool]:
    """Return, for each lock id that is accepted from the client, whether it is old."""
    client = state.clients[actor]
    if state.holder is None:
        return
    if client.has_current_id:
        yield False
    if client.has_old_id and not is_checked:
        yield True


def save(state: State, actor: int, preconditions: Preconditions) -> Iterator[Step]:
    """Write the next revision, based on any revision read, under any lock id received."""
    client = state.clients[actor]
    for uses_old_id in (False, True):
        has_id = client.has_old_id if uses_old_id else client.has_current_id
        if not has_id or not _passes_fence(state, actor, preconditions, uses_old_id=uses_old_id):
            continue
        after = save_revision(state, actor)
        if client.has_current_revision:
            yield Step("saves", actor, after, uses_old_id=uses_old_id)
        if client.oldest_read and not preconditions.save_checks_version:
            yield Step(
                "saves",
                actor,
                after,
                uses_old_id=uses_old_id,
                uses_old_version=True,
                overwrites_others=client.oldest_read == OVERWRITTEN_BY_OTHERS,
            )


def _passes_fence(state: State, actor: int, preconditions: Preconditions, *, uses_old_id: bool) -> bool:
    if not preconditions.save_is_fenced:
        return True
    # No clock is needed: the sender may have stalled since it read its own.
    if state.holder is None or not preconditions.save_checks_lock_id:
        return state.clients[actor].is_holder
    return not uses_old_id
