"""Holds and bookings: how a patient comes to an appointment, and what they may do with it afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from chalicelib.appointments.model.appointment import Appointment, Notes, Patient, Reason, Reference
from chalicelib.core.http.constraints import Length
from chalicelib.core.http.errors import Conflict
from chalicelib.core.http.schema import Instant, Schema, ZoneName
from chalicelib.scheduling.model.allocation import Allocation
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.span import Span

HoldToken = Annotated[str, Length(1, 256)]
HoldState = Literal["held", "booked", "released", "lapsed"]
# Who the record names where a patient made the change, and who a patient is told of where a member did.
PATIENT_EDITOR_ID, PRACTICE_EDITOR_ID = "patient", "practice"


@dataclass(frozen=True, slots=True)
class HoldForm(Schema):
    """The slot that a patient wants to keep while they type; `start` is one that was offered."""

    service_id: Reference
    doctor_id: Reference
    start: Instant


@dataclass(frozen=True, slots=True)
class HoldCreated(Schema):
    """A slot that is kept for whoever has the token, until `expires_at`."""

    hold_id: str
    hold_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation of a slot, as it is stored. It is exclusive until `expires_at` and then lapses by itself."""

    id: str
    doctor_id: str
    service_id: str
    span: Span
    occupation: Allocation
    expires_at: datetime
    token_digest: str
    state: HoldState = "held"

    def is_live(self, now: datetime) -> bool:
        """Whether it can be booked."""
        return self.state == "held" and now < self.expires_at


@dataclass(frozen=True, slots=True)
class BookingForm(Schema):
    """The hold that becomes an appointment, and whose. They are told of it in `time_zone`, or in the doctor's."""

    hold_id: Reference
    hold_token: HoldToken
    patient: Patient
    notes: Notes = ""
    time_zone: ZoneName | None = None


@dataclass(frozen=True, slots=True)
class BookingCreated(Schema):
    """The appointment, and the token by which its patient can see and change it."""

    appointment: Appointment
    manage_token: str


@dataclass(frozen=True, slots=True)
class RescheduleForm(Schema):
    """Where a patient moves their appointment; without a doctor it stays with the same."""

    start: Instant
    doctor_id: Reference | None = None


@dataclass(frozen=True, slots=True)
class CancellationForm(Schema):
    """Why, if they like to say so."""

    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class AppointmentRecord:
    """An appointment with what is kept beside it and shown to nobody: its cells, and its patient's secret."""

    appointment: Appointment
    allocation: Allocation | None
    manage_secret: str | None


def change_until(appointment: Appointment, rules: BookingRules) -> datetime:
    """Until when its patient can move or cancel it."""
    return appointment.starts_at - timedelta(minutes=rules.change_cutoff_minutes)


def can_change(appointment: Appointment, rules: BookingRules, now: datetime) -> bool:
    """Whether its patient can still move or cancel it."""
    return appointment.status in ("pending", "confirmed") and now < change_until(appointment, rules)


class HoldExpired(Conflict):
    """The hold has lapsed, or was given back."""

    code, title = "HOLD_EXPIRED", "This time is not kept for you any more"


class TooLate(Conflict):
    """The time in which patients can change it has passed; `changeUntil` is when that was."""

    code, title = "TOO_LATE", "This appointment cannot be changed here any more"

    def __init__(self, until: datetime) -> None:
        super().__init__("Please call the practice.", changeUntil=until)


class BeingEdited(Conflict):
    """A member of the practice has the appointment open for editing."""

    code, title = "LOCKED", "The practice is at this appointment just now"
