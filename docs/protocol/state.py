"""The nouns of the model: what the store holds at one moment, and what can happen next."""

from typing import NamedTuple

from docs.protocol.clients import Client, Clients, Line, holder_of, in_order, line_of
from docs.protocol.guards import Guards

LEASE = 2  # ticks
GRACE = 1  # ticks that a dropped connection keeps the lock
SKEW = 1  # ticks by which a clock may be wrong, either way
STALLED = -(LEASE + SKEW + 1)  # the clock of a write whose sender stalled, or that was sent again late
CLOCKS = (SKEW, 0, -SKEW, STALLED)
LONG_AGO = -(SKEW + 1)  # a deadline that every clock sees as past; nobody tells what lies further back

NO_READING, PRESENT_READING, OLDER_READING = range(3)


class State(NamedTuple):
    """One appointment's lock and the clients around it. Instants are ticks from now, so that time has no end."""

    clients: Clients
    is_there: bool = False  # whether the lock has an item
    left: int = 0  # until the lease's deadline
    back: int | None = None  # until the deadline that a dropped connection gets back
    version: int = 0  # above the last one: 0 at rest, more just after a write
    reading: int = NO_READING  # what the sweep or a timer has read, and is about to write upon
    disturbed: bool = False  # somebody else's save was accepted since the present lock was granted

    @property
    def holder(self) -> int | None:
        """Which client holds the lock."""
        return holder_of(self.clients)

    @property
    def line(self) -> Line:
        """Who waits, in order."""
        return line_of(self.clients)


class Step(NamedTuple):
    """Something that happened. `clock` is how wrong the clock was that it was done by."""

    deed: str
    actor: int | None
    after: State
    clock: int = 0
    names_ended: bool = False  # it carried a lock id that is not the present one
    names_older: bool = False  # it carried an appointment's or a lock's version that is not the present one
    overwrites_others: bool = False  # of a save: the revision that it replaces is another's, and was not read
    begins: bool = False  # a new hold begins with it


def latest_clock(left: int) -> int:
    """Of the clocks by which a deadline has not passed (it belongs to the holder itself), the furthest ahead.

    A write by another ends the lease earlier, and so leaves what this one leaves when some ticks have passed.
    """
    return next(clock for clock in CLOCKS if left >= clock)


def initial(count: int) -> State:
    """An appointment that was never locked, and clients who have not opened it."""
    return State((Client(),) * count)


def canonical(state: State, guards: Guards) -> State:
    """The same for all states that differ only in the clients' names and in how high the version stands.

    A write upon an older reading is forgotten where it is refused for ever.
    """
    clients, is_there, left, back, _, reading, disturbed = state
    if reading == OLDER_READING and guards.announcement_names_version:
        reading = NO_READING
    return State(in_order(clients), is_there, left, back, 0, reading, disturbed)
