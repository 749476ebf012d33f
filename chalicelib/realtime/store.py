"""Tickets, connections and subscriptions as items of the connections table.

A subscription's key begins with its topic, so that one query finds the audience; the index turns it round, so
that a closing connection finds its subscriptions.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core import keys
from chalicelib.core.auth import Principal, Role
from chalicelib.core.clock import to_ms
from chalicelib.core.table import ConditionFailed, ConnectionsItem, conditionally
from chalicelib.locking.model import Tab
from chalicelib.realtime.model import CONNECTION_LIFE, LEFT_MEMORY, Connection


class TabItem(ConnectionsItem):
    """What every item here tells: whose it is."""

    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)

    tenant_id = UnicodeAttribute(attr_name="tenantId")
    user_id = UnicodeAttribute(attr_name="userId")
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    session_id = UnicodeAttribute(attr_name="sessionId")

    role = UnicodeAttribute()

    def tab(self) -> Tab:
        """The member and tab."""
        role: Role = "admin" if self.role == "admin" else "staff"
        return Tab(Principal(self.tenant_id, self.user_id, self.email, self.name, role), self.session_id)


class TicketItem(TabItem):
    """A ticket under its hash: who reads the table cannot use it. `expiresAt` is in milliseconds."""

    expires_at = NumberAttribute(attr_name="expiresAt")


class SubscriptionItem(TabItem):
    """One connection's interest in one topic."""


def _values(tab: Tab) -> dict[str, Any]:
    return {**asdict(tab.principal), "session_id": tab.session_id}


def _tab_key(tab: Tab) -> str:
    return keys.tab(tab.principal.tenant_id, tab.user_id, tab.session_id)


def _ticket_key(ticket: str) -> str:
    return keys.ticket(hashlib.sha256(ticket.encode()).hexdigest())


def put_ticket(ticket: str, tab: Tab, expires_at: datetime) -> None:
    """Remember a ticket until it is used or lapses."""
    TicketItem(
        _ticket_key(ticket),
        keys.TICKET,
        expires_at=to_ms(expires_at),
        ttl=int(expires_at.timestamp()) + 60,
        **_values(tab),
    ).save()


def take_ticket(ticket: str, now: datetime) -> Tab | None:
    """Use a ticket up; one call. None if there is no such ticket, or it has lapsed or was used."""
    item = TicketItem(_ticket_key(ticket), keys.TICKET)
    condition = TicketItem.expires_at >= to_ms(now)
    try:
        old = conditionally(lambda: item.take(condition))
    except ConditionFailed:
        return None
    return TicketItem.from_image(old).tab()


def put_connection(connection: Connection, now: datetime) -> None:
    """Remember a connection, so that its tab can be found by it and it by its tab."""
    TabItem(
        keys.connection(connection.connection_id),
        keys.CONNECTION,
        gsi1pk=_tab_key(connection.tab),
        gsi1sk=connection.connection_id,
        ttl=int((now + CONNECTION_LIFE).timestamp()),
        **_values(connection.tab),
    ).save()


def find_connection(connection_id: str) -> Connection | None:
    """A connection, None if it is gone."""
    item = TabItem.read(keys.connection(connection_id), keys.CONNECTION, consistent=True)
    return Connection(connection_id, item.tab()) if item else None


def connections_of(tab: Tab) -> list[Connection]:
    """The connections that a tab has: one, or for a moment two when it has just come back."""
    return [Connection(item.gsi1sk, tab) for item in TabItem.gsi1.query(_tab_key(tab))]


def is_connected(tab: Tab) -> bool:
    """Whether a tab has a connection. The index goes on showing one for a moment after it was forgotten."""
    return any(find_connection(found.connection_id) for found in connections_of(tab))


def put_left(tab: Tab, now: datetime) -> None:
    """Remember for a while that a tab's last connection has ended."""
    ConnectionsItem(_tab_key(tab), keys.LEFT, ttl=int((now + LEFT_MEMORY).timestamp())).save()


def has_left(tab: Tab, now: datetime) -> bool:
    """Whether a tab's last connection has ended just now. It may have another one since."""
    item = ConnectionsItem.read(_tab_key(tab), keys.LEFT, consistent=True)
    return item is not None and item.ttl >= now.timestamp()


def subscribe(topic: str, connection: Connection, now: datetime) -> None:
    """Add a connection to a topic's audience; one call, and harmless when repeated."""
    SubscriptionItem(
        topic,
        connection.connection_id,
        gsi1pk=keys.connection(connection.connection_id),
        gsi1sk=topic,
        ttl=int((now + CONNECTION_LIFE).timestamp()),
        **_values(connection.tab),
    ).save()


def unsubscribe(topic: str, connection_id: str) -> None:
    """Take a connection out of a topic's audience."""
    SubscriptionItem(topic, connection_id).delete()


def audience(topic: str) -> list[Connection]:
    """Everyone subscribed to a topic, read consistently."""
    found = SubscriptionItem.query(topic, consistent_read=True)
    return [Connection(item.sk, item.tab()) for item in found]


def forget(connection_id: str) -> list[str]:
    """Remove a connection and all its subscriptions; the topics that it followed."""
    partition = keys.connection(connection_id)
    topics = [item.pk for item in SubscriptionItem.gsi1.query(partition)]
    with SubscriptionItem.batch_write() as batch:
        for topic in topics:
            batch.delete(SubscriptionItem(topic, connection_id))
    TabItem(partition, keys.CONNECTION).delete()
    return topics


def appointment_topic(tenant_id: str, appointment_id: str) -> str:
    """The topic of one appointment."""
    return keys.appointment(tenant_id, appointment_id)
