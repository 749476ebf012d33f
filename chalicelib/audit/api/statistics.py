"""Numbers over HTTP."""

from chalicelib.audit.api.routes import routes
from chalicelib.audit.model import AppointmentStatistics, MemberStatistics
from chalicelib.audit.service import reading
from chalicelib.core.errors import Forbidden
from chalicelib.core.http import Call


@routes.endpoint("GET", "/appointments/{appointment_id}/lock-statistics", answers=AppointmentStatistics)
def appointment_lock_statistics(call: Call[None, None], appointment_id: str) -> AppointmentStatistics:
    """The history of the appointment's lock in numbers."""
    return reading.appointment_statistics(call.principal, appointment_id)


@routes.endpoint("GET", "/users/{user_id}/lock-statistics", answers=MemberStatistics, problems=(Forbidden,))
def member_lock_statistics(call: Call[None, None], user_id: str) -> MemberStatistics:
    """A member's locks and attempts in numbers: one's own, or anybody's for an admin."""
    return reading.member_statistics(call.principal, user_id)
