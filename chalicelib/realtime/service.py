"""Opening and closing a connection."""

import secrets

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, Ids, utc_now
from chalicelib.locking import service as locking
from chalicelib.locking.model import Tab
from chalicelib.realtime import store
from chalicelib.realtime.model import TICKET_LIFE, Connection, Leased, Ticket


def new_ticket() -> str:
    """256 random bits that fit into an address."""
    return secrets.token_urlsafe(32)


def issue_ticket(
    principal: Principal, session_id: str, *, clock: Clock = utc_now, ids: Ids = new_ticket
) -> Ticket:
    """A one-use ticket for this member's tab; one call."""
    ticket = ids()
    store.put_ticket(ticket, Tab(principal, session_id), clock() + TICKET_LIFE)
    return Ticket(ticket, int(TICKET_LIFE.total_seconds()))


def connect(connection_id: str, ticket: str | None, *, clock: Clock = utc_now) -> bool:
    """Accept a connection whose ticket is good; the ticket is used up by it.

    A tab that was away for a moment has its locks again for as long as before.
    """
    now = clock()
    tab = store.take_ticket(ticket, now) if ticket else None
    if tab is None:
        return False
    store.put_connection(Connection(connection_id, tab), now)
    locking.come_back(tab, clock=clock)
    return True


def disconnect(connection_id: str, *, clock: Clock = utc_now) -> None:
    """Forget a connection that closed. What its tab holds ends with the grace, unless the tab is back already.

    A connection's end is often noticed late, when its tab has long had another one: then nothing changes.
    """
    connection = store.find_connection(connection_id)
    if connection is None:
        return
    tab = connection.tab
    followed = [appointment_id for _, appointment_id in map(keys.appointment_of, store.forget(connection_id))]
    if store.is_connected(tab):
        return
    store.put_left(tab, clock())
    locking.leave(tab, followed, clock=clock)
    if store.is_connected(tab):
        locking.come_back(tab, followed, clock=clock)


def end_if_gone(leased: Leased, *, clock: Clock = utc_now) -> None:
    """A lock that was given to a tab which had left ends with the grace: nobody else would free it.

    The tab had waited in line, or was closed while its request was under way and never heard of the answer. A
    client that has no WebSocket at all has not left; one call tells that.
    """
    tab = leased.tab
    if (leased.was_gone or store.has_left(tab, clock())) and not store.is_connected(tab):
        locking.leave(tab, [leased.appointment_id], clock=clock)
