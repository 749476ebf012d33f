"""The clients: the holder, the waitlist, and everything each client has received.

Few combinations exist and many states contain each, so every function is cached.
"""

from functools import cache
from typing import NamedTuple

CURRENT, OVERWRITTEN, OVERWRITTEN_BY_OTHERS = range(3)


class Client(NamedTuple):
    """A tab.

    It never forgets a response, so it may send any earlier value again at any time.
    """

    is_holder: bool = False
    position: int = 0  # in the waitlist, from 1; 0: not in it
    has_current_id: bool = False  # the lock id in the item now
    has_old_id: bool = False  # the lock id of an ended lease
    has_current_revision: bool = False
    oldest_read: int = CURRENT  # the oldest revision it has read, and the authors of the saves since then


Clients = tuple[Client, ...]
Waitlist = tuple[int, ...]


@cache
def holder_of(clients: Clients) -> int | None:
    """Return the client that holds the lock."""
    return next((number for number, client in enumerate(clients) if client.is_holder), None)


@cache
def waitlist_of(clients: Clients) -> Waitlist:
    """Return the waiting clients, in order."""
    waiting = sorted((client.position, number) for number, client in enumerate(clients) if client.position)
    return tuple(number for _, number in waiting)


@cache
def only_holder_has_id(clients: Clients) -> bool:
    """Return whether only the holder was given the lock id in the item."""
    holders = sum(client.is_holder for client in clients)
    return all(client.is_holder for client in clients if client.has_current_id) and holders <= 1


@cache
def canonical_order(clients: Clients) -> Clients:
    """Return one representative of all permutations of the clients."""
    return tuple(sorted(clients))


@cache
def with_new_lease(clients: Clients, holder: int, *, new_id: bool) -> Clients:
    """Return the clients after a lease started, with an id that only the holder has."""
    return tuple(
        client._replace(
            is_holder=number == holder,
            has_current_id=number == holder or (client.has_current_id and not new_id),
            has_old_id=client.has_old_id or (client.has_current_id and new_id),
        )
        for number, client in enumerate(clients)
    )


@cache
def without_lease(clients: Clients) -> Clients:
    """Return the clients after the lease ended."""
    return tuple(
        client._replace(
            is_holder=False, has_current_id=False, has_old_id=client.has_old_id or client.has_current_id
        )
        for client in clients
    )


@cache
def with_waitlist(clients: Clients, waitlist: Waitlist) -> Clients:
    """Return the clients with this waitlist."""
    positions = {number: position for position, number in enumerate(waitlist, start=1)}
    return tuple(client._replace(position=positions.get(number, 0)) for number, client in enumerate(clients))


@cache
def with_reader(clients: Clients, reader: int) -> Clients:
    """Return the clients after one has read the current revision."""
    return tuple(
        client._replace(has_current_revision=client.has_current_revision or number == reader)
        for number, client in enumerate(clients)
    )


@cache
def with_save(clients: Clients, author: int) -> Clients:
    """Return the clients after a save, which makes every earlier read an old revision."""
    return tuple(
        client._replace(
            has_current_revision=number == author, oldest_read=_oldest_read(client, is_author=number == author)
        )
        for number, client in enumerate(clients)
    )


def _oldest_read(client: Client, *, is_author: bool) -> int:
    if not client.has_current_revision and not client.oldest_read:
        return CURRENT
    return max(client.oldest_read, OVERWRITTEN) if is_author else OVERWRITTEN_BY_OTHERS
