"""Entering and finding appointments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.appointments.model import (
    EDITABLE,
    Appointment,
    AppointmentForm,
    Editor,
    Page,
    Status,
    StoredAppointment,
    faults_of,
)
from chalicelib.appointments.model.notice import told_of
from chalicelib.appointments.service.timetable import Timetable, chosen, new_secret, timetable
from chalicelib.appointments.store import record
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, Ids, new_id, utc_now
from chalicelib.core.cursor import from_cursor, to_cursor
from chalicelib.core.errors import Fault, Invalid, NotFound
from chalicelib.scheduling.model import Span
from chalicelib.scheduling.model.cells import CellsTaken, Claim
from chalicelib.scheduling.service import cells

# What a call reads where all are wanted.
_AT_ONCE = 500
NO_APPOINTMENT = "There is no appointment with this id."


@dataclass(frozen=True, slots=True)
class Filter:
    """Which appointments to list: those that start in `[starts_from, starts_before)`."""

    starts_from: datetime | None = None
    starts_before: datetime | None = None
    doctor_id: str | None = None
    status: Status | None = None

    def lets_pass(self, appointment: Appointment) -> bool:
        """Whether the appointment is of the doctor and status asked for."""
        return self.doctor_id in (None, appointment.doctor_id) and self.status in (None, appointment.status)


def create(
    principal: Principal,
    form: AppointmentForm,
    *,
    is_known: bool = False,
    clock: Clock = utc_now,
    ids: Ids = new_id,
) -> Appointment:
    """Enter an appointment at any time that nobody else has; two calls, more for a service that needs rooms.

    If it `is_known` to its patient already, they are told only of what becomes of it.

    Raises:
        Invalid: no such doctor or service, or it would end before it starts.
        SlotTaken: somebody else has this time.
    """
    table = timetable(principal.tenant_id, clock())
    appointment, secret = _new(principal, form, table, ids()), new_secret()

    def enter(claim: Claim | None) -> None:
        stored = StoredAppointment(appointment, claim.new if claim else None, secret)
        record.create(principal.tenant_id, stored, claim, told_of(appointment) if is_known else None)

    try:
        cells.claiming(lambda: table.claim(appointment), enter)
    except CellsTaken as refusal:
        raise table.slot_taken(refusal, appointment, to_member=True) from None
    return appointment


def _new(principal: Principal, form: AppointmentForm, table: Timetable, appointment_id: str) -> Appointment:
    doctor, service = chosen(table.setup, form.doctor_id, form.service_id)
    ends_at = form.ends_at or form.starts_at + timedelta(minutes=service.duration_minutes)
    if faults := faults_of(form.starts_at, ends_at):
        raise Invalid(faults)
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
        created_at=table.now,
        updated_at=table.now,
        updated_by=editor_of(principal),
    )


def get(principal: Principal, appointment_id: str, *, consistent: bool = False) -> Appointment:
    """One appointment of the caller's practice.

    Raises:
        NotFound: there is none with this id.
    """
    appointment = record.find(principal.tenant_id, appointment_id, consistent=consistent)
    if appointment is None:
        raise NotFound(NO_APPOINTMENT)
    return appointment


def page(principal: Principal, wanted: Filter, *, limit: int, cursor: str | None = None) -> Page:
    """The next `limit` appointments in order of time.

    Raises:
        Invalid: the cursor is not one that a page gave.
    """
    if wanted.starts_from and wanted.starts_before and wanted.starts_before < wanted.starts_from:
        raise Invalid([Fault("to", "must not be earlier than from")])
    after = from_cursor(cursor) if cursor else None
    if cursor and after is None:
        raise Invalid([Fault("cursor", "is not one that a page gave; leave it out to begin anew")])
    wanted_ones = (found for found in _all_after(principal, wanted, after, limit) if wanted.lets_pass(found))
    # One more than asked for tells whether there is another page.
    items = list(islice(wanted_ones, limit + 1))
    more, items = len(items) > limit, items[:limit]
    last = to_cursor(record.position_of(items[-1].starts_at, items[-1].id)) if more else None
    return Page(items, last)


def _all_after(principal: Principal, wanted: Filter, after: str | None, limit: int) -> Iterator[Appointment]:
    while True:
        found, after = record.between(
            principal.tenant_id, wanted.starts_from, wanted.starts_before, after, limit + 1
        )
        yield from found
        if after is None:
            return


def all_between(tenant_id: str, within: Span) -> Iterator[Appointment]:
    """All appointments that start in a stretch of time, of every doctor and status, in order of time."""
    after: str | None = None
    while True:
        found, after = record.between(tenant_id, within.start, within.end, after, _AT_ONCE)
        yield from found
        if after is None:
            return


def appointment_of(image: dict[str, Any]) -> Appointment:
    """The appointment in a stream record's image."""
    return record.appointment_of(image)


def changed_fields(old: Appointment, new: Appointment) -> list[str]:
    """The names, as in `Appointment`, of the fields that a save changed."""
    return [name for name in EDITABLE if getattr(old, name) != getattr(new, name)]


def editor_of(principal: Principal) -> Editor:
    """The member as the record names whoever changed it."""
    return Editor(principal.user_id, principal.name)
