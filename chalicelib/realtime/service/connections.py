"""Tickets and the connections opened with them."""

import secrets

from chalicelib.accounts.service.members import find_deactivation
from chalicelib.accounts.service.tenants import find_tenant_id_by_slug
from chalicelib.core.clock import Clock, IdFactory, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Tab
from chalicelib.locking.service import disconnect
from chalicelib.realtime.model import MAX_CONNECTIONS, TICKET_TTL, Connection, Ticket
from chalicelib.realtime.store import connections, subscriptions, tickets


def new_ticket() -> str:
    """Return 256 random bits as text for a query string."""
    return secrets.token_urlsafe(32)


def issue_ticket(
    principal: Principal, tab_id: str, *, clock: Clock = utc_now, ids: IdFactory = new_ticket
) -> Ticket:
    """Issue a one-use ticket for a member's tab; one call."""
    return _issue(principal.tenant_id, Tab(principal, tab_id), clock, ids)


def issue_visitor_ticket(slug: str, *, clock: Clock = utc_now, ids: IdFactory = new_ticket) -> Ticket:
    """Issue a one-use ticket for a visitor of a practice's public page; two calls.

    Raises:
        NotFound: there is no practice with this name.
    """
    tenant_id = find_tenant_id_by_slug(slug)
    if tenant_id is None:
        raise NotFound("There is no practice with this name.")
    return _issue(tenant_id, None, clock, ids)


def _issue(tenant_id: str, tab: Tab | None, clock: Clock, ids: IdFactory) -> Ticket:
    ticket = ids()
    tickets.put_ticket(ticket, tenant_id, tab, clock() + TICKET_TTL)
    return Ticket(ticket, int(TICKET_TTL.total_seconds()))


def connect(connection_id: str, ticket: str | None, *, clock: Clock = utc_now) -> list[str] | None:
    """Accept a connection with a valid ticket, which is redeemed by it.

    Deactivated members are refused. A tab that reconnects within the grace period keeps its locks. A visitor is
    subscribed to the practice's slots.

    Returns:
        The member's oldest connections beyond `MAX_CONNECTIONS`, for the caller to close: API Gateway may never
        have reported their end. None if the connection is refused.
    """
    now = clock()
    taken = tickets.take_ticket(ticket, now) if ticket else None
    if taken is None:
        return None
    connection = Connection(connection_id, *taken)
    connections.put_connection(connection, now)
    try:
        return _activate(connection, clock)
    except Exception:
        # It never opens, so API Gateway will not report its end.
        connections.delete_connection(connection_id)
        raise


def _activate(connection: Connection, clock: Clock) -> list[str] | None:
    connection_id, tenant_id, tab = connection.connection_id, connection.tenant_id, connection.tab
    if tab is None:
        subscriptions.subscribe(keys.public_slots_topic(tenant_id), connection, clock())
        return []
    # Read after the write: a later deactivation lets the stream handler see this connection and close it.
    if find_deactivation(tenant_id, tab.member_id):
        connections.delete_connection(connection_id)
        return None
    disconnect.reconnect(tab, clock=clock)
    others = [each for each in connections.connection_ids_of(tenant_id, tab.member_id) if each != connection_id]
    return others[: max(0, len(others) + 1 - MAX_CONNECTIONS)]
