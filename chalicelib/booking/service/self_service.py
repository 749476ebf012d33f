"""The self-service page: a patient's own appointment, by its manage token."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from chalicelib.accounts.service.tenants import find_tenant
from chalicelib.appointments.model import manage_token
from chalicelib.appointments.model.appointment import (
    PATIENT_EDITOR_ID,
    Appointment,
    AppointmentVersionMismatch,
    Changes,
    Editor,
    Status,
)
from chalicelib.appointments.model.calendar_file import (
    AppointmentDetails,
    content_type,
    method_for,
    patient_event,
    render_calendar,
)
from chalicelib.appointments.model.edit import Edit
from chalicelib.appointments.model.manage_token import BOOKING_NOT_FOUND
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.service import stored_appointments, unlocked_saving
from chalicelib.appointments.service.allocation import AppointmentAllocator, allocator_for, require_bookable
from chalicelib.appointments.service.saving import save_with_reallocation
from chalicelib.booking.model.booking import (
    PRACTICE_EDITOR_ID,
    BeingEdited,
    BookedDoctor,
    BookedService,
    BookedTenant,
    BookingView,
    RescheduleForm,
    TooLate,
    can_change,
    change_until,
)
from chalicelib.booking.service.holds import require_offered
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import FieldError, NotFound, Unavailable, ValidationFailed
from chalicelib.locking.service import fence

_MAX_ATTEMPTS = 3
_MINUTE = timedelta(minutes=1)


def get_booking(token: str, *, clock: Clock = utc_now) -> BookingView:
    """Return the appointment of a token; three reads, four if it has notes.

    Raises:
        NotFound: unknown token.
    """
    tenant_id, record = _require_record(token)
    return _to_view(allocator_for(tenant_id, clock()), record.appointment)


def get_booking_calendar(token: str, *, clock: Clock = utc_now) -> tuple[str, str]:
    """Return the calendar file of a token's appointment, and its content type.

    Reads as for `get_booking`.

    Raises:
        NotFound: unknown token.
    """
    booking = get_booking(token, clock=clock)
    details = AppointmentDetails(booking.practice.name, booking.doctor.name, booking.service.name)
    method = method_for(booking.appointment.status, is_sent=False)
    file = render_calendar([patient_event(booking.appointment, details)], method)
    return file.decode(), content_type(method)


def reschedule_booking(token: str, wanted: RescheduleForm, *, clock: Clock = utc_now) -> BookingView:
    """Move an appointment to another offered slot, in one transaction.

    Raises:
        NotFound: unknown token.
        TooLate: the time for changes has passed.
        BeingEdited: a member holds the lock.
        ValidationFailed: the slot is not offered.
        SlotTaken: the slot is taken; the appointment keeps its time.
    """

    def move(allocator: AppointmentAllocator, current: Appointment) -> Changes:
        doctor_id = wanted.doctor_id or current.doctor_id
        doctor, service = require_bookable(allocator.schedule, doctor_id, current.service_id)
        if (doctor.id, wanted.start) == (current.doctor_id, current.starts_at):
            raise ValidationFailed([FieldError("start", "is when the appointment is already")])
        # Members may have changed the duration.
        duration = current.ends_at - current.starts_at
        resized = replace(service, duration_minutes=-(-duration // _MINUTE))
        require_offered(allocator, doctor, resized, wanted.start)
        changes = {"starts_at": wanted.start, "ends_at": wanted.start + duration}
        return changes if doctor.id == current.doctor_id else {**changes, "doctor_id": doctor.id}

    return _change_with_retry(token, move, clock=clock)


def cancel_booking(token: str, reason: str | None = None, *, clock: Clock = utc_now) -> BookingView:
    """Cancel an appointment and release its time. Repeats are harmless.

    Raises:
        NotFound, TooLate, BeingEdited: as for `reschedule_booking`.
    """
    return _change_with_retry(
        token, lambda *_: {"status": "cancelled"}, final_status="cancelled", reason=reason, clock=clock
    )


def _change_with_retry(
    token: str,
    change: Callable[[AppointmentAllocator, Appointment], Changes],
    *,
    final_status: Status | None = None,
    reason: str | None = None,
    clock: Clock,
) -> BookingView:
    """Save the changes that `change` returns, again after each concurrent save.

    Nothing is saved at the `final_status`.
    """
    for _ in range(_MAX_ATTEMPTS):
        tenant_id, record = _require_record(token)
        current, allocator = record.appointment, allocator_for(tenant_id, clock())
        rules, now = allocator.schedule.rules, allocator.now
        if current.status == final_status:
            return _to_view(allocator, current)
        if not can_change(current, rules, now):
            raise TooLate(change_until(current, rules))
        changes = change(allocator, current)
        editor = Editor(PATIENT_EDITOR_ID, current.patient.name)
        try:
            _save_unlocked(tenant_id, current, Edit(current.version, changes, editor, now, reason=reason))
        except AppointmentVersionMismatch:
            continue
        changed = replace(current, **cast("dict[str, Any]", changes))
        return _to_view(
            allocator, replace(changed, version=current.version + 1, updated_at=now, updated_by=editor)
        )
    raise Unavailable("This appointment is in great demand at the moment; please try again.")


def _save_unlocked(tenant_id: str, current: Appointment, edit: Edit) -> None:
    """Save an edit if no member holds the lock."""
    being_edited = BeingEdited("Please try again in a few minutes, or call the practice.")

    def add_fence(transaction: Transaction) -> None:
        fence.add_open_fence(transaction, tenant_id, current.id, edit.now, refused=being_edited)

    def attempt(edit: Edit) -> None:
        try:
            unlocked_saving.save(tenant_id, current.id, edit, add_fence=add_fence)
        except unlocked_saving.SaveRefused as refusal:
            raise AppointmentVersionMismatch(refusal.current or current) from None

    save_with_reallocation(tenant_id, current.id, edit, attempt, for_member=False)


def _require_record(token: str) -> tuple[str, AppointmentRecord]:
    parts = manage_token.decode(token)
    record = stored_appointments.find_record(parts.tenant_id, parts.appointment_id, consistent=True)
    secret = record.manage_secret if record else None
    if record is None or secret is None or not hmac.compare_digest(secret.encode(), parts.secret.encode()):
        raise NotFound(BOOKING_NOT_FOUND)
    return parts.tenant_id, record


def _to_view(allocator: AppointmentAllocator, appointment: Appointment) -> BookingView:
    schedule = allocator.schedule
    tenant = find_tenant(allocator.tenant_id)
    if tenant is None:
        raise NotFound(BOOKING_NOT_FOUND)
    doctor = schedule.doctors.get(appointment.doctor_id)
    service = schedule.services.get(appointment.service_id)
    minutes = (appointment.ends_at - appointment.starts_at) // _MINUTE
    return BookingView(
        _redact_for_patient(allocator.tenant_id, appointment, tenant.name),
        BookedTenant(tenant.name, tenant.slug, tenant.time_zone),
        BookedDoctor(
            appointment.doctor_id,
            doctor.name if doctor else "",
            doctor.specialty if doctor else "",
            doctor.time_zone if doctor else appointment.time_zone,
        ),
        BookedService(appointment.service_id, service.name if service else appointment.title, minutes),
        can_change(appointment, schedule.rules, allocator.now),
        change_until(appointment, schedule.rules),
    )


def _redact_for_patient(tenant_id: str, appointment: Appointment, tenant_name: str) -> Appointment:
    """Replace a member by the practice, and remove notes of others.

    Only notes that the patient wrote stay.
    """
    editor = appointment.updated_by
    if editor.member_id != PATIENT_EDITOR_ID:
        editor = Editor(PRACTICE_EDITOR_ID, tenant_name)
    notes = appointment.notes if appointment.notes and _written_by_patient(tenant_id, appointment) else ""
    return replace(appointment, notes=notes, updated_by=editor)


def _written_by_patient(tenant_id: str, appointment: Appointment) -> bool:
    """Return whether the notes are those of the patient's booking; one read."""
    return any(
        first.saved_by.member_id == PATIENT_EDITOR_ID and first.changes.get("notes") == appointment.notes
        for first in unlocked_saving.oldest_first(tenant_id, appointment.id, up_to=1)
    )
