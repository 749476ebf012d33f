"""Tickets over HTTP, and pointers of clients without a WebSocket; everything else of this room is a frame."""

from dataclasses import dataclass

from chalicelib.appointments.service import record
from chalicelib.core.errors import NotFound, RateLimited
from chalicelib.core.http import Call, Routes
from chalicelib.core.shape import SessionId, Shape
from chalicelib.locking.model import Position
from chalicelib.realtime.model import Ticket
from chalicelib.realtime.service import connections

routes = Routes(__name__)


@dataclass(frozen=True, slots=True)
class TicketRequest(Shape):
    """`session_id` names the browser tab that will connect."""

    session_id: SessionId


@routes.endpoint("POST", "/auth/ws-ticket", body=TicketRequest, answers=Ticket)
def ws_ticket(call: Call[TicketRequest, None]) -> Ticket:
    """A one-use ticket for the WebSocket's address."""
    return connections.issue_ticket(call.principal, call.body.session_id)


@routes.endpoint("POST", "/public/{slug}/ws-ticket", answers=Ticket, public=True, problems=(NotFound,))
def visitor_ticket(call: Call[None, None], slug: str) -> Ticket:
    """A visitor's one-use ticket: `slot-updated` of this practice and nothing else. No body is needed."""
    del call
    return connections.issue_visitor_ticket(slug)


@dataclass(frozen=True, slots=True)
class Pointed(Shape):
    """Where a pointer was shown."""

    appointment_id: str
    position: Position


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/update-position",
    body=Position,
    answers=Pointed,
    problems=(NotFound, RateLimited),
)
def update_position(call: Call[Position, None], appointment_id: str) -> Pointed:
    """Show your pointer to everybody else who has the appointment open, at most ten times a second."""
    from chalicelib.realtime.gateway import api_gateway
    from chalicelib.realtime.service.pointers import POINTERS_PER_SECOND, point_from_afar

    record.get(call.principal, appointment_id)
    if not point_from_afar(call.principal, appointment_id, call.body, api_gateway()):
        detail = f"A pointer may move {POINTERS_PER_SECOND} times a second."
        raise RateLimited(detail, most=POINTERS_PER_SECOND, retry_after_seconds=1)
    return Pointed(appointment_id, call.body)
