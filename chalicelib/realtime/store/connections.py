"""Connections, and tabs that have just lost theirs."""

from datetime import datetime

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import ConnectionsItem
from chalicelib.locking.model import Tab
from chalicelib.realtime.model import CONNECTION_TTL, DISCONNECTED_TTL, Connection
from chalicelib.realtime.store.items import ViewerItem, owner_attributes, tab_key


def put_connection(connection: Connection, now: datetime) -> None:
    """Remember a connection, so that it can be found by its id and by its member; one call."""
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
    """A connection, None if it is gone."""
    item = ViewerItem.read(keys.connection_key(connection_id), consistent=True)
    return Connection(connection_id, item.tenant_id, item.tab()) if item else None


def delete_connection(connection_id: str) -> None:
    """Forget a connection; one that is forgotten already is no error."""
    ViewerItem.for_key(keys.connection_key(connection_id)).delete()


def connections_of(tab: Tab) -> list[Connection]:
    """The connections that a tab has: one, or for a moment two when it has just come back."""
    tenant_id, prefix = tab.principal.tenant_id, f"{tab.tab_id}#"
    found = ViewerItem.gsi1.query(
        keys.connections_of_member(tenant_id, tab.member_id), ViewerItem.gsi1sk.startswith(prefix)
    )
    # A tab's name may begin with another's and its separator.
    return [
        Connection(_id_of(item.pk), tenant_id, tab)
        for item in found
        if item.gsi1sk.rpartition("#")[0] == tab.tab_id
    ]


def connection_ids_of(tenant_id: str, user_id: str) -> list[str]:
    """All that a member has open in any tab, the oldest first."""
    found = list(ViewerItem.gsi1.query(keys.connections_of_member(tenant_id, user_id)))
    return [_id_of(item.pk) for item in sorted(found, key=lambda item: str(item.gsi1sk.rpartition("#")[2]))]


def is_connected(tab: Tab) -> bool:
    """Whether a tab has a connection. The index goes on showing one for a moment after it was forgotten."""
    return any(find_connection(found.connection_id) for found in connections_of(tab))


def mark_disconnected(tab: Tab, now: datetime) -> None:
    """Remember for a while that a tab's last connection has ended."""
    ConnectionsItem.for_key(tab_key(tab), ttl=int((now + DISCONNECTED_TTL).timestamp())).save()


def recently_disconnected(tab: Tab, now: datetime) -> bool:
    """Whether a tab's last connection has ended just now. It may have another one since."""
    item = ConnectionsItem.read(tab_key(tab), consistent=True)
    return item is not None and item.ttl >= now.timestamp()


def _id_of(partition: str) -> str:
    return partition.removeprefix(keys.connection(""))
