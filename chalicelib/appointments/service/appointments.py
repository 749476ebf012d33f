"""Entering and finding appointments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.appointments.model import (
    EDITABLE_FIELDS,
    Appointment,
    AppointmentForm,
    AppointmentPage,
    AppointmentRecord,
    Editor,
    Status,
    validate_times,
)
from chalicelib.appointments.model.last_notified import notified_state
from chalicelib.appointments.service.allocation import (
    AppointmentAllocator,
    allocator_for,
    new_secret,
    require_bookable,
)
from chalicelib.appointments.store import appointments
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.pagination import from_cursor, to_cursor
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import allocate_with_retry

# What a call reads where all are wanted.
_PAGE_SIZE = 500
APPOINTMENT_NOT_FOUND = "There is no appointment with this id."


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments to list: those that start in `[starts_from, starts_before)`."""

    starts_from: datetime | None = None
    starts_before: datetime | None = None
    doctor_id: str | None = None
    status: Status | None = None

    def matches(self, appointment: Appointment) -> bool:
        """Whether the appointment is of the doctor and status asked for."""
        return self.doctor_id in (None, appointment.doctor_id) and self.status in (None, appointment.status)


def create(
    principal: Principal,
    form: AppointmentForm,
    *,
    patient_informed: bool = False,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
) -> Appointment:
    """Enter an appointment at any time that nobody else has; two calls, more for a service that needs rooms.

    If it `is_known` to its patient already, they are told only of what becomes of it.

    Raises:
        Invalid: no such doctor or service, or it would end before it starts.
        SlotTaken: somebody else has this time.
    """
    table = allocator_for(principal.tenant_id, clock())
    appointment, secret = _new_appointment(principal, form, table, ids()), new_secret()

    def enter(claim: AllocationChange | None) -> None:
        stored = AppointmentRecord(appointment, claim.new if claim else None, secret)
        appointments.create(
            principal.tenant_id, stored, claim, notified_state(appointment) if patient_informed else None
        )

    try:
        allocate_with_retry(lambda: table.allocation_change(appointment), enter)
    except AllocationRefused as refusal:
        raise table.slot_taken(refusal, appointment, for_member=True) from None
    return appointment


def _new_appointment(
    principal: Principal, form: AppointmentForm, allocator: AppointmentAllocator, appointment_id: str
) -> Appointment:
    doctor, service = require_bookable(allocator.setup, form.doctor_id, form.service_id)
    ends_at = form.ends_at or form.starts_at + timedelta(minutes=service.duration_minutes)
    if faults := validate_times(form.starts_at, ends_at):
        raise ValidationFailed(faults)
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


def get(principal: Principal, appointment_id: str, *, consistent: bool = False) -> Appointment:
    """One appointment of the caller's practice.

    Raises:
        NotFound: there is none with this id.
    """
    appointment = appointments.find(principal.tenant_id, appointment_id, consistent=consistent)
    if appointment is None:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    return appointment


def list_appointments(
    principal: Principal, wanted: AppointmentFilter, *, limit: int, cursor: str | None = None
) -> AppointmentPage:
    """The next `limit` appointments in order of time.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
    """
    if wanted.starts_from and wanted.starts_before and wanted.starts_before < wanted.starts_from:
        raise ValidationFailed([FieldError("to", "must not be earlier than from")])
    list_id = keys.timeline(principal.tenant_id)
    after = from_cursor(list_id, cursor) if cursor else None
    wanted_ones = (found for found in _iterate_after(principal, wanted, after, limit) if wanted.matches(found))
    # One more than asked for tells whether there is another page.
    items = list(islice(wanted_ones, limit + 1))
    more, items = len(items) > limit, items[:limit]
    last = to_cursor(list_id, appointments.timeline_position(items[-1].starts_at, items[-1].id)) if more else None
    return AppointmentPage(items, last)


def _iterate_after(
    principal: Principal, wanted: AppointmentFilter, after: str | None, limit: int
) -> Iterator[Appointment]:
    while True:
        found, after = appointments.find_between(
            principal.tenant_id, wanted.starts_from, wanted.starts_before, after, limit + 1
        )
        yield from found
        if after is None:
            return


def iterate_between(tenant_id: str, within: Span) -> Iterator[Appointment]:
    """All appointments that start in a stretch of time, of every doctor and status, in order of time."""
    after: str | None = None
    while True:
        found, after = appointments.find_between(tenant_id, within.start, within.end, after, _PAGE_SIZE)
        yield from found
        if after is None:
            return


def appointment_from_image(image: dict[str, Any]) -> Appointment:
    """The appointment in a stream record's image."""
    return appointments.appointment_from_image(image)


def changed_fields(old: Appointment, new: Appointment) -> list[str]:
    """The names, as in `Appointment`, of the fields that a save changed."""
    return [name for name in EDITABLE_FIELDS if getattr(old, name) != getattr(new, name)]


def to_editor(principal: Principal) -> Editor:
    """The member as the record names whoever changed it."""
    return Editor(principal.member_id, principal.name)
