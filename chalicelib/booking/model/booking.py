"""Bookings: a patient's appointment, and the changes that its patient may make."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.appointments.model.appointment import Appointment, Notes, Patient, Reason, Reference
from chalicelib.booking.model.hold import HoldToken
from chalicelib.core.http.errors import Conflict
from chalicelib.core.http.schema import Instant, Schema, ZoneName
from chalicelib.scheduling.model.booking_rules import BookingRules

# The editor's id, as its patient reads it, where a member made the change.
PRACTICE_EDITOR_ID = "practice"


@dataclass(frozen=True, slots=True)
class BookingForm(Schema):
    """The hold to book, and its patient.

    Mails use `timeZone`, by default the doctor's.
    """

    hold_id: Reference
    hold_token: HoldToken
    patient: Patient
    notes: Notes = ""
    time_zone: ZoneName | None = None


@dataclass(frozen=True, slots=True)
class BookingCreated(Schema):
    """The appointment, and the token of its self-service page."""

    appointment: Appointment
    manage_token: str


@dataclass(frozen=True, slots=True)
class RescheduleForm(Schema):
    """The new start, and the new doctor if that changes too."""

    start: Instant
    doctor_id: Reference | None = None


@dataclass(frozen=True, slots=True)
class CancellationForm(Schema):
    """An optional reason for the practice."""

    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class BookedTenant(Schema):
    """The practice of a booking."""

    name: str
    slug: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class BookedDoctor(Schema):
    """The doctor of a booking."""

    id: str
    name: str
    specialty: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class BookedService(Schema):
    """The service of a booking."""

    id: str
    name: str
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class BookingView(Schema):
    """A booking as its patient sees it.

    The patient can move or cancel it while `canChange`, which ends at `changeUntil`. Notes are included if the
    patient wrote them. Members appear as the practice.
    """

    appointment: Appointment
    practice: BookedTenant
    doctor: BookedDoctor
    service: BookedService
    can_change: bool
    change_until: datetime


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The response to a booking with an idempotency key, and its request's digest."""

    key: str
    request_digest: str
    response: dict[str, Any]


def change_until(appointment: Appointment, rules: BookingRules) -> datetime:
    """Return until when the patient can move or cancel an appointment."""
    return appointment.starts_at - timedelta(minutes=rules.change_cutoff_minutes)


def can_change(appointment: Appointment, rules: BookingRules, now: datetime) -> bool:
    """Return whether the patient can still move or cancel an appointment."""
    return appointment.status in ("pending", "confirmed") and now < change_until(appointment, rules)


class TooLate(Conflict):
    """The time for changes by the patient has passed; `changeUntil` is its end."""

    code, title = "TOO_LATE", "This appointment cannot be changed here any more"

    def __init__(self, until: datetime) -> None:
        super().__init__("Please call the practice.", changeUntil=until)


class BeingEdited(Conflict):
    """A member of the practice has the appointment open for editing."""

    code, title = "LOCKED", "The practice is editing this appointment"
