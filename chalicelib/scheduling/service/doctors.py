"""A tenant's doctors. A change of hours moves no appointment; the response lists those that no longer fit."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.availability.working import working_time
from chalicelib.scheduling.model.doctor import DOCTOR_NOT_FOUND, Doctor, DoctorForm
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.validation import (
    errors_in_changes,
    quota_errors,
    validate_doctor,
    validate_service_ids,
)
from chalicelib.scheduling.service.allocation import booked_reservations
from chalicelib.scheduling.service.entries import ScheduleListQuery, from_form, list_page, update_entry
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from chalicelib.scheduling.store import tenant_schedule as store

# No appointment can be entered further ahead.
_CONFLICT_HORIZON = timedelta(days=10 * 366)


@dataclass(frozen=True, slots=True)
class ConflictingAppointment(Schema):
    """An upcoming appointment outside its doctor's working time.

    `start` and `end` are without buffers.
    """

    appointment_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDoctor(Doctor):
    """A doctor after a change, with the upcoming appointments that no longer fit.

    They are outside of the working time.
    """

    conflicts: list[ConflictingAppointment]


@dataclass(frozen=True, slots=True)
class DoctorPage(Schema):
    """One page of doctors in order of name; `next_cursor` is null on the last page."""

    items: list[Doctor]
    next_cursor: str | None


def add_doctor(admin: Principal, form: DoctorForm, *, ids: IdFactory = new_id) -> Doctor:
    """Add a doctor; two calls.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: with every error, unknown services included.
    """
    admin.require_admin()
    schedule = load_schedule(admin.tenant_id, consistent=True)
    errors = validate_doctor(form) + validate_service_ids(form.service_ids, schedule.services)
    errors += quota_errors("doctors", schedule.doctors)
    if errors:
        raise ValidationFailed(errors)
    doctor = from_form(Doctor, ids(), form)
    store.put_entry(store.DOCTORS, admin.tenant_id, doctor)
    return doctor


def change_doctor(
    admin: Principal, doctor_id: str, changes: Mapping[str, object], *, clock: Clock = utc_now
) -> ChangedDoctor:
    """Change fields of a doctor, by their names in `Doctor`; three calls.

    Concurrent changes of other fields last. Booked appointments stay as they are.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: with every error in the changed fields.
        NotFound: there is no such doctor.
    """
    admin.require_admin()
    keys.validate_id(doctor_id)
    schedule = load_schedule(admin.tenant_id, consistent=True)
    before = schedule.doctors.get(doctor_id)
    if before is None:
        raise NotFound(DOCTOR_NOT_FOUND)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the request's schema has checked them
    errors = validate_doctor(after)
    errors += validate_service_ids(after.service_ids, schedule.services, before.service_ids)
    if errors := errors_in_changes(changes, errors):
        raise ValidationFailed(errors)
    return _update(admin, doctor_id, changes, clock)


def archive_doctor(admin: Principal, doctor_id: str, *, clock: Clock = utc_now) -> ChangedDoctor:
    """Archive a doctor; idempotent, two calls.

    Every upcoming appointment is a conflict.

    Raises:
        Forbidden: the caller is not an admin.
        NotFound: there is no such doctor.
    """
    admin.require_admin()
    return _update(admin, keys.validate_id(doctor_id), {"archived": True}, clock)


def list_doctors(principal: Principal, query: ScheduleListQuery) -> DoctorPage:
    """Return one page of the doctors by name; one call.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
    """
    entries = load_schedule(principal.tenant_id).doctors
    return DoctorPage(*list_page(store.DOCTORS, principal.tenant_id, entries, query))


def _update(admin: Principal, doctor_id: str, changes: Mapping[str, object], clock: Clock) -> ChangedDoctor:
    doctor = update_entry(store.DOCTORS, admin.tenant_id, doctor_id, changes, DOCTOR_NOT_FOUND)
    values = {field.name: getattr(doctor, field.name) for field in fields(doctor)}
    return ChangedDoctor(**values, conflicts=_conflicts(admin.tenant_id, doctor, clock))


def _conflicts(tenant_id: str, doctor: Doctor, clock: Clock) -> list[ConflictingAppointment]:
    now = clock()
    upcoming = booked_reservations(tenant_id, doctor.id, Span(now, now + _CONFLICT_HORIZON), clock=clock)
    return [
        ConflictingAppointment(reservation.id, reservation.span.start, reservation.span.end)
        for reservation in upcoming
        if reservation.span.start >= now and not _is_working(doctor, reservation.span)
    ]


def _is_working(doctor: Doctor, span: Span) -> bool:
    if doctor.archived:
        return False
    return any(work.start <= span.start and span.end <= work.end for work in working_time(doctor, span))
