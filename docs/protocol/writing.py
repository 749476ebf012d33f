"""What every write to the lock's item has in common."""

from docs.protocol.clients import Clients, Line, having_saved, in_line, told, without_lock
from docs.protocol.state import LONG_AGO, NO_READING, OLDER_READING, State


def written(
    state: State,
    clients: Clients,
    *,
    left: int = 0,
    back: int | None = None,
    disturbed: bool = False,
    counts: bool = True,
) -> State:
    """The item after a write, which makes what others have read of it an older reading."""
    reading = OLDER_READING if state.reading != NO_READING else NO_READING
    return State(
        clients=clients,
        is_there=True,
        left=max(left, LONG_AGO),
        back=back,
        version=state.version + counts,
        reading=reading,
        disturbed=disturbed,
    )


def held(state: State, holder: int, left: int, *, new_id: bool = True, line: Line | None = None) -> State:
    """A hold begins, and whoever waits goes on waiting."""
    line = state.line if line is None else line
    waiting = tuple(number for number in line if number != holder)
    return written(state, in_line(told(state.clients, holder, new_id=new_id), waiting), left=left)


def freed(state: State) -> State:
    """A hold ends, and whoever waits goes on waiting."""
    return written(state, without_lock(state.clients))


def removed(state: State) -> State:
    """TTL takes the item away, line and all. The version is remembered elsewhere."""
    clients = in_line(without_lock(state.clients), ())
    return written(state, clients, counts=False)._replace(is_there=False)


def lined_up(state: State, line: Line) -> State:
    """Another waiting line, and the lease as it was."""
    clients = in_line(state.clients, line)
    return written(state, clients, left=state.left, back=state.back, disturbed=state.disturbed)


def saved(state: State, author: int) -> State:
    """The next revision. The lock's item stays as it is."""
    disturbed = state.disturbed or state.holder not in (None, author)
    return state._replace(clients=having_saved(state.clients, author), disturbed=disturbed)
