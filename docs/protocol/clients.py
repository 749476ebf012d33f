"""The clients: who holds the lock, who waits, and what each has been told.

There are few ways in which they can stand, and many states around each, so all of this is worked out once.
"""

from functools import cache
from typing import NamedTuple

CURRENT, SAVED_OVER, SAVED_OVER_BY_OTHERS = range(3)


class Client(NamedTuple):
    """A tab. What it was told it never forgets, so it may send anything again, at any time."""

    holds: bool = False
    place: int = 0  # in the waiting line, from 1; 0 is not in it
    knows: bool = False  # the lock id that is in the item now
    ended: bool = False  # a lock id that was there once
    fresh: bool = False  # the appointment as it is
    stale: int = (
        CURRENT  # the oldest it has read of the appointment: since then it was saved by itself, or by others
    )


Clients = tuple[Client, ...]
Line = tuple[int, ...]


@cache
def holder_of(clients: Clients) -> int | None:
    """Which one holds the lock."""
    return next((number for number, client in enumerate(clients) if client.holds), None)


@cache
def line_of(clients: Clients) -> Line:
    """Who waits, in order."""
    waiting = sorted((client.place, number) for number, client in enumerate(clients) if client.place)
    return tuple(number for _, number in waiting)


@cache
def is_known_to_holder_alone(clients: Clients) -> bool:
    """Whether the lock id in the item was given to nobody but the holder."""
    return all(client.holds for client in clients if client.knows) and sum(one.holds for one in clients) <= 1


@cache
def in_order(clients: Clients) -> Clients:
    """The same for all that differ only in their names."""
    return tuple(sorted(clients))


@cache
def told(clients: Clients, holder: int, *, new_id: bool) -> Clients:
    """A hold has begun: the id before it is known to be ended, and only the holder is told the new one."""
    return tuple(
        client._replace(
            holds=number == holder,
            knows=number == holder or (client.knows and not new_id),
            ended=client.ended or (client.knows and new_id),
        )
        for number, client in enumerate(clients)
    )


@cache
def without_lock(clients: Clients) -> Clients:
    """A hold has ended."""
    return tuple(
        client._replace(holds=False, knows=False, ended=client.ended or client.knows) for client in clients
    )


@cache
def in_line(clients: Clients, line: Line) -> Clients:
    """These wait, in this order, and nobody else."""
    places = {number: place for place, number in enumerate(line, start=1)}
    return tuple(client._replace(place=places.get(number, 0)) for number, client in enumerate(clients))


@cache
def having_opened(clients: Clients, reader: int) -> Clients:
    """One has read the appointment as it is."""
    return tuple(client._replace(fresh=client.fresh or number == reader) for number, client in enumerate(clients))


@cache
def having_saved(clients: Clients, author: int) -> Clients:
    """There is a new revision: whoever had read the appointment has read an older one, and its author both."""
    return tuple(
        client._replace(fresh=number == author, stale=_staleness(client, is_author=number == author))
        for number, client in enumerate(clients)
    )


def _staleness(client: Client, *, is_author: bool) -> int:
    if not client.fresh and not client.stale:
        return CURRENT
    return max(client.stale, SAVED_OVER) if is_author else SAVED_OVER_BY_OTHERS
