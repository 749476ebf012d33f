"""The record over HTTP."""

from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Annotated

from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.model import (
    Appointment,
    AppointmentForm,
    AppointmentVersionMismatch,
    Changes,
    LockId,
    Notes,
    Patient,
    Reason,
    Reference,
    SavedAppointment,
    Status,
    Title,
)
from chalicelib.appointments.service import record, saving
from chalicelib.core.constraints import Between, Length
from chalicelib.core.http import Call
from chalicelib.core.shape import OMITTED, Instant, Shape, Version, ZoneName, omissible
from chalicelib.locking.model import LockLost, LockRequired
from chalicelib.scheduling.model.cells import SlotTaken


@dataclass(frozen=True, slots=True)
class Listing(Shape):
    """Which appointments to list: those that start at or after `from` and before `to`."""

    from_: Instant | None = None
    to: Instant | None = None
    doctor_id: Reference | None = None
    status: Status | None = None
    limit: Annotated[int, Between(1, 100)] = 50
    cursor: Annotated[str, Length(0, 512)] | None = None


@dataclass(frozen=True, slots=True)
class Appointments(Shape):
    """One page in order of time; `next_cursor` is null on the last."""

    items: list[Appointment]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SaveAppointment(Shape):
    """The changed fields, beside the version that they change and the lock that the caller holds."""

    version: Version
    lock_id: LockId | None = None
    doctor_id: Reference = omissible()
    service_id: Reference = omissible()
    patient: Patient = omissible()
    starts_at: Instant = omissible()
    ends_at: Instant = omissible()
    time_zone: ZoneName = omissible()
    status: Status = omissible()
    title: Title = omissible()
    notes: Notes = omissible()

    def changes(self) -> Changes:
        """The fields that were sent."""
        sent = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: value
            for name, value in sent.items()
            if value is not OMITTED and name not in ("version", "lock_id")
        }


@dataclass(frozen=True, slots=True)
class CancelAppointment(Shape):
    """The version that is cancelled, the lock that the caller holds, and why, for the revision."""

    version: Version
    lock_id: LockId | None = None
    reason: Reason | None = None


@routes.endpoint("GET", "/appointments", query=Listing, answers=Appointments)
def list_appointments(call: Call[None, Listing]) -> Appointments:
    """The practice's appointments in order of time."""
    query = call.query
    wanted = record.Filter(query.from_, query.to, query.doctor_id, query.status)
    page = record.page(call.principal, wanted, limit=query.limit, cursor=query.cursor)
    return Appointments(page.items, page.next_cursor)


@routes.endpoint(
    "POST",
    "/appointments",
    body=AppointmentForm,
    answers=Appointment,
    status=HTTPStatus.CREATED,
    problems=(SlotTaken,),
)
def create_appointment(call: Call[AppointmentForm, None]) -> Appointment:
    """Enter an appointment."""
    return record.create(call.principal, call.body)


@routes.endpoint("GET", "/appointments/{appointment_id}", answers=Appointment)
def get_appointment(call: Call[None, None], appointment_id: str) -> Appointment:
    """One appointment."""
    return record.get(call.principal, appointment_id, consistent=True)


@routes.endpoint(
    "PUT",
    "/appointments/{appointment_id}",
    body=SaveAppointment,
    answers=SavedAppointment,
    problems=(LockRequired, LockLost, AppointmentVersionMismatch, SlotTaken),
)
def save_appointment(call: Call[SaveAppointment, None], appointment_id: str) -> SavedAppointment:
    """Save the changed fields; the check of the lock and the write are one transaction."""
    form = call.body
    return saving.save(
        call.principal,
        appointment_id,
        lock_id=form.lock_id,
        version=form.version,
        changes=form.changes(),
    )


@routes.endpoint(
    "POST",
    "/appointments/{appointment_id}/cancel",
    body=CancelAppointment,
    answers=SavedAppointment,
    problems=(LockRequired, LockLost, AppointmentVersionMismatch),
)
def cancel_appointment(call: Call[CancelAppointment, None], appointment_id: str) -> SavedAppointment:
    """Call the appointment off; it needs the lock like any save."""
    form = call.body
    return saving.cancel(
        call.principal, appointment_id, lock_id=form.lock_id, version=form.version, reason=form.reason
    )
