"""The stored form of an appointment, with the parts that no client reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import Allocation, CalendarOwner
from chalicelib.scheduling.model.span import Span


@dataclass(frozen=True, slots=True)
class AppointmentRecord:
    """An appointment with its time allocation and the secret of its manage token."""

    appointment: Appointment
    allocation: Allocation | None
    manage_secret: str | None


def allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    """Return the stored form of an allocation, as appointments and holds keep it."""
    return {"span": to_json(allocation.span), "owners": [keys.owner(*owner) for owner in allocation.owners]}


def allocation_from_json(stored: dict[str, Any]) -> Allocation:
    """Return the allocation of its stored form."""
    start, end = (datetime.fromisoformat(text) for text in stored["span"])
    owners = tuple(CalendarOwner(*keys.parse_owner(text)) for text in stored["owners"])
    return Allocation(Span(start, end), owners)
