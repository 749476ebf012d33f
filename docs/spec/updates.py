"""The parts that all writes to the lock's item share."""

from docs.spec.clients import Clients, Waitlist, with_new_lease, with_save, with_waitlist, without_lease
from docs.spec.state import LONG_AGO, NO_READ, STALE_READ, State


def write_item(
    state: State,
    clients: Clients,
    *,
    remaining: int = 0,
    restored: int | None = None,
    interleaved: bool = False,
    raises_version: bool = True,
) -> State:
    """Write the item, which makes every earlier read of it stale."""
    return State(
        clients=clients,
        has_item=True,
        remaining=max(remaining, LONG_AGO),
        restored=restored,
        version=state.version + raises_version,
        timer_read=STALE_READ if state.timer_read != NO_READ else NO_READ,
        interleaved=interleaved,
    )


def start_lease(
    state: State, holder: int, remaining: int, *, new_id: bool = True, waitlist: Waitlist | None = None
) -> State:
    """Start a lease. The other waiters keep their places."""
    waitlist = state.waitlist if waitlist is None else waitlist
    waiting = tuple(number for number in waitlist if number != holder)
    clients = with_waitlist(with_new_lease(state.clients, holder, new_id=new_id), waiting)
    return write_item(state, clients, remaining=remaining)


def end_lease(state: State) -> State:
    """End the lease. The waiters keep their places."""
    return write_item(state, without_lease(state.clients))


def remove_item(state: State) -> State:
    """Remove the item by TTL, the waitlist included. The version is kept elsewhere."""
    clients = with_waitlist(without_lease(state.clients), ())
    return write_item(state, clients, raises_version=False)._replace(has_item=False)


def set_waitlist(state: State, waitlist: Waitlist) -> State:
    """Replace the waitlist and keep the lease."""
    clients = with_waitlist(state.clients, waitlist)
    return write_item(
        state, clients, remaining=state.remaining, restored=state.restored, interleaved=state.interleaved
    )


def save_revision(state: State, author: int) -> State:
    """Write the next revision. The lock's item stays unchanged."""
    interleaved = state.interleaved or state.holder not in (None, author)
    return state._replace(clients=with_save(state.clients, author), interleaved=interleaved)
