"""Create, read and list appointments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from chalicelib.appointments.model import manage_token
from chalicelib.appointments.model.appointment import (
    EDITABLE_FIELDS,
    Appointment,
    AppointmentForm,
    AppointmentPage,
    Editor,
    Reference,
    Status,
    validate_times,
)
from chalicelib.appointments.model.last_notified import notified_state
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.appointments.service.allocation import AppointmentAllocator, allocator_for, require_bookable
from chalicelib.appointments.store import appointments as store
from chalicelib.appointments.store.items import timeline_position
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.pagination import PageQuery, to_cursor
from chalicelib.core.http.schema import Instant
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import allocate_with_retry

# Read by one call where all are wanted.
_BATCH_SIZE = 500


@dataclass(frozen=True, slots=True)
class AppointmentsQuery(PageQuery):
    """The appointments to list: those that start at or after `from` and before `to`."""

    from_: Instant | None = None
    to: Instant | None = None
    doctor_id: Reference | None = None
    status: Status | None = None

    def matches(self, appointment: Appointment) -> bool:
        """Return whether an appointment has the doctor and the status of this query."""
        return self.doctor_id in (None, appointment.doctor_id) and self.status in (None, appointment.status)


def create(
    principal: Principal,
    form: AppointmentForm,
    *,
    patient_informed: bool = False,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
) -> Appointment:
    """Create an appointment at any free time; two calls, more for a service that needs rooms.

    `patient_informed` suppresses the confirmation: the patient is notified only of later changes.

    Raises:
        ValidationFailed: unknown doctor or service, or it would end before it starts.
        SlotTaken: the time is taken.
    """
    allocator = allocator_for(principal.tenant_id, clock())
    appointment, secret = _new_appointment(principal, form, allocator, ids()), manage_token.new_secret()

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


def get(principal: Principal, appointment_id: str, *, consistent: bool = False) -> Appointment:
    """Return one appointment of the caller's tenant.

    Raises:
        NotFound: unknown id.
    """
    appointment = store.find(principal.tenant_id, appointment_id, consistent=consistent)
    if appointment is None:
        raise NotFound(APPOINTMENT_NOT_FOUND)
    return appointment


def list_appointments(principal: Principal, query: AppointmentsQuery) -> AppointmentPage:
    """Return one page of appointments by start time.

    Raises:
        ValidationFailed: the cursor was not issued for this list, or the period ends before it starts.
    """
    if query.from_ and query.to and query.to < query.from_:
        raise ValidationFailed([FieldError("to", "must not be earlier than from")])
    list_id = keys.timeline(principal.tenant_id)
    after = query.position_in(list_id)
    matching = (each for each in _iterate(principal.tenant_id, query, after) if query.matches(each))
    # One more than asked for shows whether there is another page.
    items = list(islice(matching, query.limit + 1))
    more, items = len(items) > query.limit, items[: query.limit]
    last = to_cursor(list_id, timeline_position(items[-1].starts_at, items[-1].id)) if more else None
    return AppointmentPage(items, last)


def _iterate(tenant_id: str, query: AppointmentsQuery, after: str | None) -> Iterator[Appointment]:
    while True:
        found, after = store.find_between(tenant_id, query.from_, query.to, after, query.limit + 1)
        yield from found
        if after is None:
            return


def iterate_between(tenant_id: str, within: Span) -> Iterator[Appointment]:
    """Yield all appointments that start within a period, of every doctor and status, by start time."""
    after: str | None = None
    while True:
        found, after = store.find_between(tenant_id, within.start, within.end, after, _BATCH_SIZE)
        yield from found
        if after is None:
            return


def appointment_from_image(image: dict[str, Any]) -> Appointment:
    """Return the appointment of a stream record's image."""
    return store.appointment_from_image(image)


def changed_fields(old: Appointment, new: Appointment) -> list[str]:
    """Return the names of the fields that a save changed."""
    return [name for name in EDITABLE_FIELDS if getattr(old, name) != getattr(new, name)]


def to_editor(principal: Principal) -> Editor:
    """Return a member as the author of a change."""
    return Editor(principal.member_id, principal.name)
