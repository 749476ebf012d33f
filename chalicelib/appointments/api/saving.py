"""Endpoints that create, save and cancel appointments."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.appointments.model.appointment import (
    Appointment,
    AppointmentForm,
    AppointmentVersionMismatch,
    LockId,
    Notes,
    Patient,
    Reason,
    Reference,
    SavedAppointment,
    Status,
    Title,
)
from chalicelib.appointments.service import creation, saving
from chalicelib.core.http.partial_update import PartialUpdate
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Instant, Schema, Version, ZoneName, optional
from chalicelib.locking.model import LockLost, LockRequired
from chalicelib.scheduling.model.allocation import SlotTaken


@dataclass(frozen=True, slots=True)
class SaveAppointment(PartialUpdate):
    """The changed fields, their base version, and the id of the caller's lock."""

    version: Version
    lock_id: LockId | None = None
    doctor_id: Reference = optional()
    service_id: Reference = optional()
    patient: Patient = optional()
    starts_at: Instant = optional()
    ends_at: Instant = optional()
    time_zone: ZoneName = optional()
    status: Status = optional()
    title: Title = optional()
    notes: Notes = optional()


@dataclass(frozen=True, slots=True)
class CancelAppointment(Schema):
    """The version to cancel, the id of the caller's lock, and an optional reason.

    The revision keeps the reason.
    """

    version: Version
    lock_id: LockId | None = None
    reason: Reason | None = None


@endpoint(
    body=AppointmentForm,
    response=Appointment,
    status=HTTPStatus.CREATED,
    errors=(SlotTaken,),
)
def create_appointment(request: Request[AppointmentForm, None]) -> Appointment:
    """Create an appointment at any free time, outside working hours too."""
    return creation.create(request.principal, request.body)


@endpoint(
    body=SaveAppointment,
    response=SavedAppointment,
    errors=(LockRequired, LockLost, AppointmentVersionMismatch, SlotTaken),
)
def save_appointment(request: Request[SaveAppointment, None], appointment_id: str) -> SavedAppointment:
    """Save changed fields under the caller's lock.

    The check of the lock and the write are one transaction.
    """
    form = request.body
    return saving.save(
        request.principal,
        appointment_id,
        lock_id=form.lock_id,
        version=form.version,
        changes=form.changes(),
    )


@endpoint(
    body=CancelAppointment,
    response=SavedAppointment,
    errors=(LockRequired, LockLost, AppointmentVersionMismatch),
)
def cancel_appointment(request: Request[CancelAppointment, None], appointment_id: str) -> SavedAppointment:
    """Cancel an appointment under the caller's lock."""
    form = request.body
    return saving.cancel(
        request.principal, appointment_id, lock_id=form.lock_id, version=form.version, reason=form.reason
    )
