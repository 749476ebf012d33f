"""What a patient sees of their own appointment, and of the practice that they have it with."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.core.http.schema import Schema


@dataclass(frozen=True, slots=True)
class BookedPractice(Schema):
    """What a patient sees of the practice."""

    name: str
    slug: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class BookedDoctor(Schema):
    """What a patient sees of the doctor."""

    id: str
    name: str
    specialty: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class BookedService(Schema):
    """What a patient sees of the service."""

    id: str
    name: str
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class BookingView(Schema):
    """A patient's own appointment. They can move or cancel it while `can_change`, which ends at `change_until`.

    Its notes are there if the patient wrote them, and a change by a member is the practice's.
    """

    appointment: Appointment
    practice: BookedPractice
    doctor: BookedDoctor
    service: BookedService
    can_change: bool
    change_until: datetime
