"""A doctor's calendar over HTTP."""

from dataclasses import dataclass

from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.service import schedule
from chalicelib.appointments.service.schedule import Schedule
from chalicelib.core.http import Call
from chalicelib.core.shape import Instant, Shape
from chalicelib.scheduling.model import Span


@dataclass(frozen=True, slots=True)
class Within(Shape):
    """From when and until before when."""

    from_: Instant
    to: Instant


@routes.endpoint("GET", "/doctors/{doctor_id}/schedule", query=Within, answers=Schedule)
def doctors_schedule(call: Call[None, Within], doctor_id: str) -> Schedule:
    """When a doctor works and pauses, what is booked and what is held."""
    return schedule.schedule(call.principal, doctor_id, Span(call.query.from_, call.query.to))
