"""What happens of itself: time passes, and what fell due is announced, by a timer, the sweep or TTL."""

from collections.abc import Iterator

from docs.protocol.guards import Guards
from docs.protocol.state import LEASE, LONG_AGO, OLDER_READING, PRESENT_READING, SKEW, State, Step, latest_clock
from docs.protocol.writing import freed, held, lined_up, removed


def tick(state: State, _: Guards) -> Iterator[Step]:
    """Time passes."""
    if state.holder is not None and state.left > LONG_AGO:
        back = None if state.back is None else max(state.back - 1, LONG_AGO)
        yield Step("time passes", None, state._replace(left=state.left - 1, back=back))


def announce(state: State, guards: Guards) -> Iterator[Step]:
    """A timer's message or the sweep reads the lock, and writes its end if it was due, upon what it has read.

    Either may come twice, late, or for a lease that was renewed; so anybody may look at any time.
    """
    if not guards.ends_by_announcement or state.holder is None:
        return
    if state.reading != PRESENT_READING and _is_due(state, guards):
        yield Step("the timer finds the lease at its end", None, state._replace(reading=PRESENT_READING))
    if state.reading == PRESENT_READING or (
        state.reading == OLDER_READING and not guards.announcement_names_version
    ):
        names_older = state.reading == OLDER_READING
        yield Step("the timer writes that it expired", None, freed(state), names_older=names_older)


def _is_due(state: State, guards: Guards) -> bool:
    return not guards.announcement_looks_at_deadline or state.left < SKEW


def wait_in_vain(state: State, _: Guards) -> Iterator[Step]:
    """A request was not answered, or a turn not taken. After how long is left open: it may be at any time."""
    line = state.line
    if not line:
        return
    if state.holder is None:
        yield Step("the turn of the first in line passes", None, lined_up(state, line[1:]))
        return
    yield Step("the request lapses", None, lined_up(state, line[1:]))
    clock = latest_clock(state.left)
    after = held(state, line[0], clock + LEASE)
    yield Step("the request is granted unanswered", None, after, clock, begins=True)


def remove(state: State, guards: Guards) -> Iterator[Step]:
    """TTL takes away the item of a lock that is free, or was left alone for long after its deadline."""
    abandoned = state.holder is not None and state.left == LONG_AGO and guards.ends_by_removal
    if state.is_there and (state.holder is None or abandoned):
        yield Step("TTL removes the item", None, removed(state))
