"""The state of an appointment that its patient was last notified of."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.appointments.model.appointment import Appointment, Status


@dataclass(frozen=True, slots=True)
class LastNotified:
    """The parts of an appointment that a notification conveys, and the address."""

    version: int
    starts_at: datetime
    ends_at: datetime
    doctor_id: str
    status: Status
    email: str


def notified_state(appointment: Appointment) -> LastNotified:
    """Return the state that a notification of this version conveys."""
    return LastNotified(
        version=appointment.version,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        doctor_id=appointment.doctor_id,
        status=appointment.status,
        email=appointment.patient.email,
    )
