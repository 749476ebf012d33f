"""Connections, and tabs that have just lost theirs, as items."""

from datetime import datetime

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import ConnectionsItem
from chalicelib.locking.model import Tab
from chalicelib.realtime.model import CONNECTION_TTL, DISCONNECTED_TTL, Connection
from chalicelib.realtime.store.items import ViewerItem, owner_attributes, tab_key


def put_connection(connection: Connection, now: datetime) -> None:
    """Store a connection under its id, with its member in the index; one call."""
    tab = connection.tab
    item = ViewerItem.for_key(
        keys.connection_key(connection.connection_id),
        ttl=int((now + CONNECTION_TTL).timestamp()),
        **owner_attributes(connection.tenant_id, tab),
    )
    if tab is not None:
        item.gsi1pk = keys.connections_of_member(connection.tenant_id, tab.member_id)
        item.gsi1sk = f"{tab.tab_id}#{to_ms(now):015d}"
    item.save()


def find_connection(connection_id: str) -> Connection | None:
    """Return a connection, None if it is gone; one call."""
    item = ViewerItem.read(keys.connection_key(connection_id), consistent=True)
    return Connection(connection_id, item.tenant_id, item.tab()) if item else None


def delete_connection(connection_id: str) -> None:
    """Delete a connection; idempotent; one call."""
    ViewerItem.for_key(keys.connection_key(connection_id)).delete()


def connections_of(tab: Tab) -> list[Connection]:
    """Return the connections of a tab: one, or two for a moment after a reconnect."""
    tenant_id, prefix = tab.principal.tenant_id, f"{tab.tab_id}#"
    found = ViewerItem.gsi1.query(
        keys.connections_of_member(tenant_id, tab.member_id), ViewerItem.gsi1sk.startswith(prefix)
    )
    # One tab id may be a prefix of another, separator included.
    return [
        Connection(_id_of(item.pk), tenant_id, tab)
        for item in found
        if item.gsi1sk.rpartition("#")[0] == tab.tab_id
    ]


def connection_ids_of(tenant_id: str, member_id: str) -> list[str]:
    """Return the ids of a member's connections in all tabs, oldest first."""
    found = list(ViewerItem.gsi1.query(keys.connections_of_member(tenant_id, member_id)))
    return [_id_of(item.pk) for item in sorted(found, key=lambda item: str(item.gsi1sk.rpartition("#")[2]))]


def is_connected(tab: Tab) -> bool:
    """Return whether a tab is connected.

    Reads each item: the index still shows a deleted one for a moment.
    """
    return any(find_connection(found.connection_id) for found in connections_of(tab))


def mark_disconnected(tab: Tab, now: datetime) -> None:
    """Mark that a tab's last connection has ended; expires by itself."""
    ConnectionsItem.for_key(tab_key(tab), ttl=int((now + DISCONNECTED_TTL).timestamp())).save()


def recently_disconnected(tab: Tab, now: datetime) -> bool:
    """Return whether a tab lost its last connection recently.

    It may have reconnected since.
    """
    item = ConnectionsItem.read(tab_key(tab), consistent=True)
    return item is not None and item.ttl >= now.timestamp()


def _id_of(partition: str) -> str:
    return partition.removeprefix(keys.connection(""))
