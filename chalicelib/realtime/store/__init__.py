"""Tickets, connections and subscriptions as items of the connections table."""

from chalicelib.realtime.store.connections import (
    connection_ids_of,
    connections_of,
    delete_connection,
    find_connection,
    has_left,
    is_connected,
    put_connection,
    put_left,
)
from chalicelib.realtime.store.subscriptions import (
    audience,
    crowd,
    note_seen,
    split,
    subscribe,
    tell_state,
    topics_of,
    unsubscribe,
)
from chalicelib.realtime.store.tickets import put_ticket, take_ticket

__all__ = [
    "audience",
    "connection_ids_of",
    "connections_of",
    "crowd",
    "delete_connection",
    "find_connection",
    "has_left",
    "is_connected",
    "note_seen",
    "put_connection",
    "put_left",
    "put_ticket",
    "split",
    "subscribe",
    "take_ticket",
    "tell_state",
    "topics_of",
    "unsubscribe",
]
