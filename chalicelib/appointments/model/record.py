"""The stored form of an appointment, with the parts that no client reads."""

from dataclasses import dataclass

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.scheduling.model.allocation import Allocation


@dataclass(frozen=True, slots=True)
class AppointmentRecord:
    """An appointment with its time allocation and the secret of its manage token."""

    appointment: Appointment
    allocation: Allocation | None
    manage_secret: str | None
