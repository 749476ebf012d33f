"""The appointment: the record that members edit, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from chalicelib.core.http.constraints import Length
from chalicelib.core.http.errors import Conflict, FieldError
from chalicelib.core.http.schema import Email, Instant, Name, Schema, ZoneName

Status = Literal["pending", "confirmed", "cancelled", "completed", "no_show"]
Phone = Annotated[str, Length(0, 40)]
Title = Annotated[str, Length(0, 200)]
Notes = Annotated[str, Length(0, 10_000)]
LockId = Annotated[str, Length(0, 128)]
Reason = Annotated[str, Length(1, 500)]
Reference = Annotated[str, Length(0, 64)]
# Who has one of these has its time.
OCCUPYING: tuple[Status, ...] = ("pending", "confirmed", "completed")
# The fields that say whose time an appointment takes, and which.
ALLOCATION_FIELDS = frozenset({"doctor_id", "service_id", "starts_at", "ends_at", "status"})
# The fields that a save changes, by their names in `Appointment`.
Changes = Mapping[str, object]
EDITABLE_FIELDS = (
    "doctor_id",
    "service_id",
    "patient",
    "starts_at",
    "ends_at",
    "time_zone",
    "status",
    "title",
    "notes",
)


@dataclass(frozen=True, slots=True)
class Patient(Schema):
    """Whom the appointment is for."""

    name: Name
    email: Email
    phone: Phone = ""


@dataclass(frozen=True, slots=True)
class Editor(Schema):
    """The member who made a change."""

    member_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Appointment(Schema):
    """One appointment. `version` grows by one with every save; the lock has a version of its own."""

    id: str
    doctor_id: str
    service_id: str
    patient: Patient
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    status: Status
    title: str
    notes: str
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by: Editor


@dataclass(frozen=True, slots=True)
class AppointmentForm(Schema):
    """A new appointment. Without an end it lasts as long as its service, without a zone it has the doctor's."""

    doctor_id: Reference
    service_id: Reference
    patient: Patient
    starts_at: Instant
    ends_at: Instant | None = None
    time_zone: ZoneName | None = None
    status: Status = "confirmed"
    title: Title | None = None
    notes: Notes = ""


@dataclass(frozen=True, slots=True)
class SavedAppointment(Schema):
    """What a save wrote: the new version, who and when, and the fields that the request changed, no others."""

    id: str
    version: int
    updated_at: datetime
    updated_by: Editor
    doctor_id: str | None = None
    service_id: str | None = None
    patient: Patient | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str | None = None
    status: Status | None = None
    title: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """One page of appointments in order of time; `next_cursor` is None on the last."""

    items: list[Appointment]
    next_cursor: str | None


class AppointmentVersionMismatch(Conflict):
    """The appointment changed since the caller read it; `current` is how it stands."""

    code, title = "VERSION_MISMATCH", "This appointment has changed since you read it"

    def __init__(self, current: Appointment) -> None:
        super().__init__(f"It is at version {current.version} now; compare and save again.", current=current)


def editable_fields(appointment: Appointment) -> dict[str, object]:
    """The fields that a save can change, by their names in `Appointment`."""
    return {name: getattr(appointment, name) for name in EDITABLE_FIELDS}


def validate_times(starts_at: datetime | None, ends_at: datetime | None) -> list[FieldError]:
    """An appointment ends after it starts."""
    if starts_at and ends_at and ends_at <= starts_at:
        return [FieldError("endsAt", "must be later than startsAt")]
    return []
