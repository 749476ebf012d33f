"""What a patient can do with their own appointment, by the token that they were given."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from chalicelib.accounts.service.tenants import find_tenant
from chalicelib.appointments.model import (
    PATIENT_EDITOR_ID,
    PRACTICE_EDITOR_ID,
    Appointment,
    AppointmentRecord,
    AppointmentVersionMismatch,
    BeingEdited,
    Changes,
    Editor,
    RescheduleForm,
    Status,
    TooLate,
    can_change,
    change_until,
    manage_token,
)
from chalicelib.appointments.model.calendar_file import (
    AppointmentDetails,
    content_type,
    method_for,
    patient_event,
    render_calendar,
)
from chalicelib.appointments.service.allocation import AppointmentAllocator, allocator_for, require_bookable
from chalicelib.appointments.service.saving import save_with_reallocation
from chalicelib.appointments.store import appointments, revisions, saving
from chalicelib.booking.model.booking_view import BookedDoctor, BookedPractice, BookedService, BookingView
from chalicelib.booking.service.holds import require_offered
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import FieldError, NotFound, Unavailable, ValidationFailed
from chalicelib.locking.service import fence

BOOKING_NOT_FOUND = "There is no booking at this address."
_MAX_ATTEMPTS = 3


def get_booking(token: str, *, clock: Clock = utc_now) -> BookingView:
    """The appointment that a token is for; three reads, four if it has notes.

    Raises:
        NotFound: there is none.
    """
    tenant_id, stored = _require_record(token)
    return _to_view(allocator_for(tenant_id, clock()), stored.appointment)


def get_booking_calendar(token: str, *, clock: Clock = utc_now) -> tuple[str, str]:
    """The calendar file of the appointment that a token is for, and its content type; reads as for `managed`.

    Raises:
        NotFound: there is none.
    """
    found = get_booking(token, clock=clock)
    visit = AppointmentDetails(found.practice.name, found.doctor.name, found.service.name)
    method = method_for(found.appointment.status, is_sent=False)
    file = render_calendar([patient_event(found.appointment, visit)], method)
    return file.decode(), content_type(method)


def reschedule_booking(token: str, wanted: RescheduleForm, *, clock: Clock = utc_now) -> BookingView:
    """Move an appointment to another slot that is offered; its cells, old and new, in one transaction.

    Raises:
        NotFound: there is no such appointment.
        TooLate: the time for changes has passed.
        BeingEdited: a member has the lock.
        Invalid: the slot cannot be offered.
        SlotTaken: somebody else has it; the appointment stays where it is.
    """

    def move(table: AppointmentAllocator, found: Appointment) -> Changes:
        doctor, service = require_bookable(table.setup, wanted.doctor_id or found.doctor_id, found.service_id)
        if (doctor.id, wanted.start) == (found.doctor_id, found.starts_at):
            raise ValidationFailed([FieldError("start", "is when the appointment is already")])
        lasts = found.ends_at - found.starts_at
        # As long as it is by now, which members may have changed.
        as_long = replace(service, duration_minutes=-(-lasts // timedelta(minutes=1)))
        require_offered(table, doctor, as_long, wanted.start)
        changes = {"starts_at": wanted.start, "ends_at": wanted.start + lasts}
        return changes if doctor.id == found.doctor_id else {**changes, "doctor_id": doctor.id}

    return _change_with_retry(token, move, clock=clock)


def cancel_booking(token: str, reason: str | None = None, *, clock: Clock = utc_now) -> BookingView:
    """Call an appointment off, which frees its time; to do so again is no error.

    Raises:
        NotFound, TooLate, BeingEdited: as for `reschedule`.
    """
    return _change_with_retry(
        token, lambda *_: {"status": "cancelled"}, ends_as="cancelled", reason=reason, clock=clock
    )


def _change_with_retry(
    token: str,
    change: Callable[[AppointmentAllocator, Appointment], Changes],
    *,
    ends_as: Status | None = None,
    reason: str | None = None,
    clock: Clock,
) -> BookingView:
    """Save what `change` says, once more for each change that came between; nothing if it is as it `ends_as`."""
    for _ in range(_MAX_ATTEMPTS):
        tenant_id, stored = _require_record(token)
        found, table = stored.appointment, allocator_for(tenant_id, clock())
        if found.status == ends_as:
            return _to_view(table, found)
        if not can_change(found, table.setup.rules, table.now):
            raise TooLate(change_until(found, table.setup.rules))
        changes = change(table, found)
        editor = Editor(PATIENT_EDITOR_ID, found.patient.name)
        edit = saving.Edit(found.version, changes, editor, table.now, reason=reason)
        try:
            _save_unlocked(tenant_id, found, edit)
        except AppointmentVersionMismatch:
            continue
        after = replace(found, **cast("dict[str, Any]", changes), version=found.version + 1, updated_at=table.now)
        return _to_view(table, replace(after, updated_by=editor))
    raise Unavailable("This appointment is in great demand at the moment; please try again.")


def _save_unlocked(tenant_id: str, found: Appointment, edit: saving.Edit) -> None:
    being_edited = BeingEdited("Please try again in a few minutes, or call the practice.")

    def add_fence(transaction: Transaction) -> None:
        fence.add_open_fence(transaction, tenant_id, found.id, edit.now, refused=being_edited)

    def attempt(claimed: saving.Edit) -> None:
        try:
            saving.save(tenant_id, found.id, claimed, add_fence=add_fence)
        except saving.SaveRefused as refusal:
            raise AppointmentVersionMismatch(refusal.current or found) from None

    save_with_reallocation(tenant_id, found.id, edit, attempt, for_member=False)


def _require_record(token: str) -> tuple[str, AppointmentRecord]:
    named = manage_token.decode(token)
    stored = appointments.find_record(named.tenant_id, named.appointment_id, consistent=True)
    secret = stored.manage_secret if stored else None
    if stored is None or secret is None or not hmac.compare_digest(secret.encode(), named.secret.encode()):
        raise NotFound(BOOKING_NOT_FOUND)
    return named.tenant_id, stored


def _to_view(allocator: AppointmentAllocator, found: Appointment) -> BookingView:
    setup = allocator.setup
    tenant = find_tenant(allocator.tenant_id)
    if tenant is None:
        raise NotFound(BOOKING_NOT_FOUND)
    doctor, service = setup.doctors.get(found.doctor_id), setup.services.get(found.service_id)
    minutes = (found.ends_at - found.starts_at) // timedelta(minutes=1)
    return BookingView(
        _redact_for_patient(allocator.tenant_id, found, tenant.name),
        BookedPractice(tenant.name, tenant.slug, tenant.time_zone),
        BookedDoctor(
            found.doctor_id,
            doctor.name if doctor else "",
            doctor.specialty if doctor else "",
            doctor.time_zone if doctor else found.time_zone,
        ),
        BookedService(found.service_id, service.name if service else found.title, minutes),
        can_change(found, setup.rules, allocator.now),
        change_until(found, setup.rules),
    )


def _redact_for_patient(tenant_id: str, found: Appointment, practice: str) -> Appointment:
    editor = (
        found.updated_by
        if found.updated_by.member_id == PATIENT_EDITOR_ID
        else Editor(PRACTICE_EDITOR_ID, practice)
    )
    notes = found.notes if found.notes and _written_by_patient(tenant_id, found) else ""
    return replace(found, notes=notes, updated_by=editor)


def _written_by_patient(tenant_id: str, found: Appointment) -> bool:
    """Whether the notes are what the patient wrote, who can do so once; one read."""
    return any(
        first.saved_by.member_id == PATIENT_EDITOR_ID and first.changes.get("notes") == found.notes
        for first in revisions.oldest_first(tenant_id, found.id, up_to=1)
    )
