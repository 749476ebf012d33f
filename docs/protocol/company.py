"""What others do to a lock: ask for it, be granted it, take it over; and connections that drop and come back."""

from collections.abc import Iterator

from docs.protocol.guards import Guards
from docs.protocol.state import CLOCKS, GRACE, LEASE, State, Step, latest_clock
from docs.protocol.writing import freed, held, lined_up, written


def request(state: State, actor: int, _: Guards) -> Iterator[Step]:
    """Get into the waiting line, or leave it."""
    line = state.line
    if actor in line:
        yield Step("withdraws", actor, lined_up(state, tuple(one for one in line if one != actor)))
    elif state.holder not in (None, actor) or (state.holder is None and line):
        yield Step("asks for control", actor, lined_up(state, (*line, actor)))


def respond(state: State, actor: int, guards: Guards) -> Iterator[Step]:
    """Grant the lock to the first in line, or deny it."""
    client, line, clock = state.clients[actor], state.line, latest_clock(state.left)
    if state.holder is None or not line:
        return
    for names_ended in (False, True):
        if not (client.ended and not guards.grant_names_lock_id if names_ended else client.knows):
            continue
        after = held(state, line[0], clock + LEASE, new_id=guards.grant_gives_new_id)
        yield Step("grants", actor, after, clock, names_ended, begins=True)
        yield Step("denies", actor, lined_up(state, line[1:]), clock, names_ended)


def command(state: State, actor: int, guards: Guards) -> Iterator[Step]:
    """Take another's lock, or free it, having looked at it: at its present version or at an older one."""
    if state.holder in (None, actor):
        return
    clock = latest_clock(state.left)
    for names_older in (False, True)[: 1 if guards.command_names_version else 2]:
        after = held(state, actor, clock + LEASE, new_id=guards.takeover_gives_new_id)
        yield Step("takes over", actor, after, clock, names_older=names_older, begins=True)
        yield Step("force-releases", actor, freed(state), clock, names_older=names_older)


def disconnect(state: State, actor: int, guards: Guards) -> Iterator[Step]:
    """The tab's connection drops, or one that dropped long ago is noticed only now."""
    if state.holder != actor:
        return
    for clock in CLOCKS:
        left = clock + GRACE
        if clock <= state.left and left < state.left:
            back = state.left if state.back is None else state.back
            counts = guards.disconnect_raises_version
            after = written(state, state.clients, left=left, back=back, disturbed=state.disturbed, counts=counts)
            yield Step("disconnects", actor, after, clock)


def reconnect(state: State, actor: int, _: Guards) -> Iterator[Step]:
    """The tab is back, and so is its lease."""
    if state.holder == actor and state.back is not None:
        after = written(state, state.clients, left=max(state.left, state.back), disturbed=state.disturbed)
        yield Step("reconnects", actor, after)
