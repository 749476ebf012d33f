"""The endpoint of a doctor's schedule."""

from dataclasses import dataclass

from chalicelib.appointments.service import schedule
from chalicelib.appointments.service.schedule import Schedule
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Instant, Schema
from chalicelib.scheduling.model.span import Span


@dataclass(frozen=True, slots=True)
class ScheduleQuery(Schema):
    """The period: `from` is included, `to` is not."""

    from_: Instant
    to: Instant


@endpoint(query=ScheduleQuery, response=Schedule)
def doctors_schedule(request: Request[None, ScheduleQuery], doctor_id: str) -> Schedule:
    """Get a doctor's working time, breaks, appointments and holds within a period.

    The period is at most six weeks long.
    """
    return schedule.get_schedule(request.principal, doctor_id, Span(request.query.from_, request.query.to))
