"""Entries over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from chalicelib.audit.model import HistoryPage
from chalicelib.audit.service import queries
from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema


@dataclass(frozen=True, slots=True)
class HistoryListing(Schema):
    """How many to list, and where to go on."""

    limit: Annotated[int, Range(1, 100)] = 50
    cursor: Annotated[str, Length(0, 512)] | None = None


@endpoint(query=HistoryListing, response=HistoryPage)
def appointment_lock_history(request: Request[None, HistoryListing], appointment_id: str) -> HistoryPage:
    """What happened to the appointment's lock, newest first."""
    query = request.query
    return queries.appointment_history(request.principal, appointment_id, limit=query.limit, cursor=query.cursor)


@endpoint(query=HistoryListing, response=HistoryPage, errors=(Forbidden,))
def member_lock_history(request: Request[None, HistoryListing], user_id: str) -> HistoryPage:
    """What happened to a member's locks and requests, newest first: one's own, or anybody's for an admin."""
    query = request.query
    return queries.member_history(request.principal, user_id, limit=query.limit, cursor=query.cursor)


@endpoint(query=HistoryListing, response=HistoryPage, errors=(Forbidden,))
def recent_lock_history(request: Request[None, HistoryListing]) -> HistoryPage:
    """What happened to all locks of the practice, newest first; for admins."""
    return queries.tenant_history(request.principal, limit=request.query.limit, cursor=request.query.cursor)
