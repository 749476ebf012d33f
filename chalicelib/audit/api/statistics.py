"""The statistics of locks over HTTP."""

from chalicelib.audit.model import AppointmentStatistics, MemberStatistics
from chalicelib.audit.service import queries
from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint


@endpoint(response=AppointmentStatistics)
def appointment_lock_statistics(request: Request[None, None], appointment_id: str) -> AppointmentStatistics:
    """Return the statistics of the appointment's lock."""
    return queries.appointment_statistics(request.principal, appointment_id)


@endpoint(response=MemberStatistics, errors=(Forbidden,))
def member_lock_statistics(request: Request[None, None], user_id: str) -> MemberStatistics:
    """Return the statistics of a member's leases and attempts.

    For the member and for admins.
    """
    return queries.member_statistics(request.principal, user_id)
