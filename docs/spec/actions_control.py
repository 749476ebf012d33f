"""Actions between clients: control requests, overrides, and lost connections."""

from collections.abc import Iterator

from docs.spec.preconditions import Preconditions
from docs.spec.state import CLOCKS, GRACE, LEASE, State, Step, latest_clock
from docs.spec.updates import end_lease, set_waitlist, start_lease, write_item


def request_control(state: State, actor: int, _: Preconditions) -> Iterator[Step]:
    """Join or leave the waitlist."""
    waitlist = state.waitlist
    if actor in waitlist:
        rest = tuple(waiter for waiter in waitlist if waiter != actor)
        yield Step("withdraws the request", actor, set_waitlist(state, rest))
    elif state.holder not in (None, actor) or (state.holder is None and waitlist):
        yield Step("requests control", actor, set_waitlist(state, (*waitlist, actor)))


def respond(state: State, actor: int, preconditions: Preconditions) -> Iterator[Step]:
    """Grant the lock to the first waiter, or deny the request."""
    client, waitlist, clock = state.clients[actor], state.waitlist, latest_clock(state.remaining)
    if state.holder is None or not waitlist:
        return
    for uses_old_id in (False, True):
        accepts_old = client.has_old_id and not preconditions.grant_checks_lock_id
        if not (accepts_old if uses_old_id else client.has_current_id):
            continue
        after = start_lease(state, waitlist[0], clock + LEASE, new_id=preconditions.grant_issues_new_id)
        yield Step("grants", actor, after, clock, uses_old_id, starts_lease=True)
        yield Step("denies", actor, set_waitlist(state, waitlist[1:]), clock, uses_old_id)


def override(state: State, actor: int, preconditions: Preconditions) -> Iterator[Step]:
    """Take over or free another client's lock, by its current or an earlier version."""
    if state.holder in (None, actor):
        return
    clock = latest_clock(state.remaining)
    for uses_old_version in (False, True)[: 1 if preconditions.override_checks_version else 2]:
        after = start_lease(state, actor, clock + LEASE, new_id=preconditions.takeover_issues_new_id)
        yield Step("takes over", actor, after, clock, uses_old_version=uses_old_version, starts_lease=True)
        yield Step("force-releases", actor, end_lease(state), clock, uses_old_version=uses_old_version)


def disconnect(state: State, actor: int, preconditions: Preconditions) -> Iterator[Step]:
    """Lose the tab's connection, or detect an earlier loss only now."""
    if state.holder != actor:
        return
    for clock in CLOCKS:
        remaining = clock + GRACE
        if clock <= state.remaining and remaining < state.remaining:
            after = write_item(
                state,
                state.clients,
                remaining=remaining,
                restored=state.remaining if state.restored is None else state.restored,
                interleaved=state.interleaved,
                raises_version=preconditions.disconnect_raises_version,
            )
            yield Step("disconnects", actor, after, clock)


def reconnect(state: State, actor: int, _: Preconditions) -> Iterator[Step]:
    """Reconnect the tab and restore its lease."""
    if state.holder == actor and state.restored is not None:
        remaining = max(state.remaining, state.restored)
        after = write_item(state, state.clients, remaining=remaining, interleaved=state.interleaved)
        yield Step("reconnects", actor, after)
