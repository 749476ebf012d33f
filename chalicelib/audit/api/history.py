"""Entries over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.audit.api.routes import routes
from chalicelib.audit.model import HistoryPage
from chalicelib.audit.service import reading
from chalicelib.core.constraints import Between, Length
from chalicelib.core.errors import Forbidden
from chalicelib.core.http import Call
from chalicelib.core.shape import Shape


@dataclass(frozen=True, slots=True)
class HistoryListing(Shape):
    """How many to list, and where to go on."""

    limit: Annotated[int, Between(1, 100)] = 50
    cursor: Annotated[str, Length(0, 512)] | None = None


@routes.endpoint("GET", "/appointments/{appointment_id}/lock-history", query=HistoryListing, answers=HistoryPage)
def appointment_lock_history(call: Call[None, HistoryListing], appointment_id: str) -> HistoryPage:
    """What happened to the appointment's lock, newest first."""
    query = call.query
    return reading.appointment_history(call.principal, appointment_id, limit=query.limit, cursor=query.cursor)


@routes.endpoint(
    "GET",
    "/users/{user_id}/lock-history",
    query=HistoryListing,
    answers=HistoryPage,
    problems=(Forbidden,),
)
def member_lock_history(call: Call[None, HistoryListing], user_id: str) -> HistoryPage:
    """What happened to a member's locks and requests, newest first: one's own, or anybody's for an admin."""
    query = call.query
    return reading.member_history(call.principal, user_id, limit=query.limit, cursor=query.cursor)


@routes.endpoint("GET", "/lock-history/recent", query=HistoryListing, answers=HistoryPage, problems=(Forbidden,))
def recent_lock_history(call: Call[None, HistoryListing]) -> HistoryPage:
    """What happened to all locks of the practice, newest first; for admins."""
    return reading.recent(call.principal, limit=call.query.limit, cursor=call.query.cursor)
