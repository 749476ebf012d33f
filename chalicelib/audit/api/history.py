"""The history of locks over HTTP."""

from chalicelib.audit.model import HistoryPage
from chalicelib.audit.service import queries
from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.pagination import PageQuery
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint


@endpoint(query=PageQuery, response=HistoryPage)
def appointment_lock_history(request: Request[None, PageQuery], appointment_id: str) -> HistoryPage:
    """List the history of the appointment's lock, newest first."""
    return queries.appointment_history(request.principal, appointment_id, request.query)


@endpoint(query=PageQuery, response=HistoryPage, errors=(Forbidden,))
def member_lock_history(request: Request[None, PageQuery], user_id: str) -> HistoryPage:
    """List the history of a member's leases and requests, newest first.

    For the member and for admins.
    """
    return queries.member_history(request.principal, user_id, request.query)


@endpoint(query=PageQuery, response=HistoryPage, errors=(Forbidden,))
def recent_lock_history(request: Request[None, PageQuery]) -> HistoryPage:
    """List the history of all locks of the practice, newest first. For admins."""
    return queries.tenant_history(request.principal, request.query)
