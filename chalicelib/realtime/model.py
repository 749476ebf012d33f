"""Connections, and the tickets that open them."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.core.shape import Shape
from chalicelib.locking.model import Tab

TICKET_LIFE = timedelta(seconds=30)
# API Gateway ends a connection after two hours; its row outlives it a little and then lapses.
CONNECTION_LIFE = timedelta(hours=2, minutes=10)
# How long it counts that a tab has left: no request that it sent before can be under way for longer.
LEFT_MEMORY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Connection:
    """One WebSocket and whose it is."""

    connection_id: str
    tab: Tab


@dataclass(frozen=True, slots=True)
class Leased:
    """A tab that was given a lock; `was_gone` if its connection had dropped while it waited in line for that."""

    tab: Tab
    appointment_id: str
    was_gone: bool


@dataclass(frozen=True, slots=True)
class Ticket(Shape):
    """Good for one connection within `expires_in` seconds; put it in the WebSocket's address."""

    ticket: str
    expires_in: int
