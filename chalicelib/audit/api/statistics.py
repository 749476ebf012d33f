"""Numbers over HTTP."""

from chalicelib.audit.model import AppointmentStatistics, MemberStatistics
from chalicelib.audit.service import queries
from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint


@endpoint(response=AppointmentStatistics)
def appointment_lock_statistics(request: Request[None, None], appointment_id: str) -> AppointmentStatistics:
    """The history of the appointment's lock in numbers."""
    return queries.appointment_statistics(request.principal, appointment_id)


@endpoint(response=MemberStatistics, errors=(Forbidden,))
def member_lock_statistics(request: Request[None, None], user_id: str) -> MemberStatistics:
    """A member's locks and attempts in numbers: one's own, or anybody's for an admin."""
    return queries.member_statistics(request.principal, user_id)
