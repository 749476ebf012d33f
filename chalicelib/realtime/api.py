"""Tickets over HTTP; everything else of this room is a WebSocket frame."""

from dataclasses import dataclass

from chalicelib.core.http import Call, Routes
from chalicelib.core.shape import SessionId, Shape
from chalicelib.realtime import service
from chalicelib.realtime.model import Ticket

routes = Routes(__name__)


@dataclass(frozen=True, slots=True)
class TicketRequest(Shape):
    """`session_id` names the browser tab that will connect."""

    session_id: SessionId


@routes.endpoint("POST", "/auth/ws-ticket", body=TicketRequest, answers=Ticket)
def ws_ticket(call: Call[TicketRequest, None]) -> Ticket:
    """A one-use ticket for the WebSocket's address."""
    return service.issue_ticket(call.principal, call.body.session_id)
