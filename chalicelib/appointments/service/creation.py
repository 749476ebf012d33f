"""Create appointments."""

from datetime import timedelta

from chalicelib.appointments.model.appointment import Appointment, AppointmentForm, validate_times
from chalicelib.appointments.model.last_notified import notified_state
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.service.allocation import AppointmentAllocator, allocator_for, require_bookable
from chalicelib.appointments.service.appointments import to_editor
from chalicelib.appointments.store import appointments as store
from chalicelib.core.clock import Clock, IdFactory, new_id, new_secret, utc_now
from chalicelib.core.http.errors import ValidationFailed
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused
from chalicelib.scheduling.service.allocation import allocate_with_retry


def create(
    principal: Principal,
    form: AppointmentForm,
    *,
    patient_informed: bool = False,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
) -> Appointment:
    """Create an appointment at any free time.

    Two calls, more for a service that needs rooms. `patient_informed` suppresses the confirmation: the patient is
    notified only of later changes.

    Raises:
        ValidationFailed: unknown doctor or service, or it would end before it starts.
        SlotTaken: the time is taken.
    """
    allocator = allocator_for(principal.tenant_id, clock())
    appointment, secret = _new_appointment(principal, form, allocator, ids()), new_secret()

    def attempt(change: AllocationChange | None) -> None:
        record = AppointmentRecord(appointment, change.new if change else None, secret)
        last_notified = notified_state(appointment) if patient_informed else None
        store.create(principal.tenant_id, record, change, last_notified)

    try:
        allocate_with_retry(lambda: allocator.allocation_change(appointment), attempt)
    except AllocationRefused as refusal:
        raise allocator.slot_taken(
            refusal, appointment.service_id, appointment.doctor_id, appointment.starts_at, for_member=True
        ) from None
    return appointment


def _new_appointment(
    principal: Principal, form: AppointmentForm, allocator: AppointmentAllocator, appointment_id: str
) -> Appointment:
    doctor, service = require_bookable(allocator.schedule, form.doctor_id, form.service_id)
    ends_at = form.ends_at or form.starts_at + timedelta(minutes=service.duration_minutes)
    if errors := validate_times(form.starts_at, ends_at):
        raise ValidationFailed(errors)
    return Appointment(
        id=appointment_id,
        doctor_id=doctor.id,
        service_id=service.id,
        patient=form.patient,
        starts_at=form.starts_at,
        ends_at=ends_at,
        time_zone=form.time_zone or doctor.time_zone,
        status=form.status,
        title=service.name if form.title is None else form.title,
        notes=form.notes,
        version=1,
        created_at=allocator.now,
        updated_at=allocator.now,
        updated_by=to_editor(principal),
    )
