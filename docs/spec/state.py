"""The model's types: the state of the store, and one step to the next."""

from typing import NamedTuple

from docs.spec.clients import Client, Clients, Waitlist, canonical_order, holder_of, waitlist_of
from docs.spec.preconditions import Preconditions

LEASE = 2  # ticks
GRACE = 1  # ticks that a disconnected tab keeps the lock
SKEW = 1  # ticks by which a clock may be wrong, in either direction
STALLED = -(LEASE + SKEW + 1)  # the clock of a sender that stalled before its write, or of a late repeat
CLOCKS = (SKEW, 0, -SKEW, STALLED)
LONG_AGO = -(SKEW + 1)  # a deadline in the past by every clock; earlier ones are equivalent

NO_READ, CURRENT_READ, STALE_READ = range(3)


class State(NamedTuple):
    """One appointment's lock and its clients.

    Instants are relative to now, so that time is unbounded.
    """

    clients: Clients
    has_item: bool = False  # whether the lock has an item
    remaining: int = 0  # ticks until the lease's deadline
    restored: int | None = None  # ticks until the deadline that a reconnect restores
    version: int = 0  # relative to the last state: 0 at rest, higher just after a write
    timer_read: int = NO_READ  # the record that a timer or the sweep has read and is about to write upon
    interleaved: bool = False  # another client's save was accepted since the current lease started

    @property
    def holder(self) -> int | None:
        """The client that holds the lock."""
        return holder_of(self.clients)

    @property
    def waitlist(self) -> Waitlist:
        """The waiting clients, in order."""
        return waitlist_of(self.clients)


class Step(NamedTuple):
    """One event. `clock` is the error of the clock that it used."""

    action: str
    actor: int | None
    after: State
    clock: int = 0
    uses_old_id: bool = False  # the request carried the lock id of an ended lease
    uses_old_version: bool = False  # the request carried an earlier version of the appointment or the lock
    overwrites_others: bool = False  # of a save: it replaces another client's revision that its author never read
    starts_lease: bool = False


def latest_clock(remaining: int) -> int:
    """Return the clock furthest ahead by which the deadline has not passed.

    A write by another clock ends the lease earlier: the same state some ticks later.
    """
    return next(clock for clock in CLOCKS if remaining >= clock)


def initial(count: int) -> State:
    """Return the state of a new appointment that no client has opened."""
    return State((Client(),) * count)


def canonical(state: State, preconditions: Preconditions) -> State:
    """Return one representative of all states equal up to names and version.

    A write upon a stale read is dropped where it is always refused.
    """
    clients, has_item, remaining, restored, _, timer_read, interleaved = state
    if timer_read == STALE_READ and preconditions.expiry_checks_version:
        timer_read = NO_READ
    return State(canonical_order(clients), has_item, remaining, restored, 0, timer_read, interleaved)
