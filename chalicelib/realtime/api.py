"""Routes for WebSocket tickets, and for pointers of clients without a WebSocket."""

from dataclasses import dataclass

from chalicelib.appointments.service import appointments
from chalicelib.core.http.errors import NotFound, RateLimited
from chalicelib.core.http.requests import PublicRequest, Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema, TabId
from chalicelib.locking.model import Position
from chalicelib.realtime.model import Ticket
from chalicelib.realtime.service import connections


@dataclass(frozen=True, slots=True)
class TicketRequest(Schema):
    """The browser tab that will connect (`sessionId`)."""

    session_id: TabId


@endpoint(body=TicketRequest, response=Ticket)
def ws_ticket(request: Request[TicketRequest, None]) -> Ticket:
    """Issue a one-use ticket for the WebSocket."""
    return connections.issue_ticket(request.principal, request.body.session_id)


@endpoint(response=Ticket, public=True, errors=(NotFound,))
def visitor_ticket(request: PublicRequest[None, None], slug: str) -> Ticket:
    """Issue a visitor's one-use ticket for the WebSocket.

    The visitor receives `slot-updated` of this practice only.
    """
    del request
    return connections.issue_visitor_ticket(slug)


@dataclass(frozen=True, slots=True)
class PointerPosition(Schema):
    """The position of a pointer, as sent to the other viewers."""

    appointment_id: str
    position: Position


@endpoint(body=Position, response=PointerPosition, errors=(NotFound, RateLimited))
def update_position(request: Request[Position, None], appointment_id: str) -> PointerPosition:
    """Send your pointer to the other viewers, at most ten times a second."""
    from chalicelib.realtime.management_api.client import management_api
    from chalicelib.realtime.service.pointers import POINTERS_PER_SECOND, point_over_http

    appointments.get(request.principal, appointment_id)
    if not point_over_http(request.principal, appointment_id, request.body, management_api()):
        detail = f"A pointer may move {POINTERS_PER_SECOND} times a second."
        raise RateLimited(detail, limit=POINTERS_PER_SECOND, retry_after_seconds=1)
    return PointerPosition(appointment_id, request.body)
