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
# An appointment takes time while it has one of these.
OCCUPYING_STATUSES: tuple[Status, ...] = ("pending", "confirmed", "completed")
# A change of one of these may change the time allocation.
ALLOCATION_FIELDS = frozenset({"doctor_id", "service_id", "starts_at", "ends_at", "status"})
# New values by field name of `Appointment`.
Changes = Mapping[str, object]
# The editor's id where a patient made the change.
PATIENT_EDITOR_ID = "patient"
END_NOT_AFTER_START = FieldError("endsAt", "must be later than startsAt")
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
    """The patient's name and contact details."""

    name: Name
    email: Email
    phone: Phone = ""


@dataclass(frozen=True, slots=True)
class Editor(Schema):
    """The author of a change: a member, or the patient."""

    member_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Appointment(Schema):
    """An appointment. `version` grows by one with each save.

    The lock has its own version.
    """

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
    """A new appointment.

    `endsAt` defaults to the duration of the service, `timeZone` to the doctor's.
    """

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
    """The result of a save: the new version, its author, time and changed fields.

    Fields that the request left as they were are absent.
    """

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
class AppointmentPage(Schema):
    """One page of appointments by start time. `nextCursor` is null on the last page."""

    items: list[Appointment]
    next_cursor: str | None


class AppointmentVersionMismatch(Conflict):
    """The appointment changed since the caller read it.

    `current` is its present state.
    """

    code, title = "VERSION_MISMATCH", "This appointment has changed since you read it"

    def __init__(self, current: Appointment) -> None:
        super().__init__(f"It is at version {current.version} now; compare and save again.", current=current)


def editable_fields(appointment: Appointment) -> dict[str, object]:
    """Return the fields that a save can change, by name."""
    return {name: getattr(appointment, name) for name in EDITABLE_FIELDS}


def validate_times(starts_at: datetime | None, ends_at: datetime | None) -> list[FieldError]:
    """Require that an appointment ends after it starts."""
    if starts_at and ends_at and ends_at <= starts_at:
        return [END_NOT_AFTER_START]
    return []
