"""Setting up a practice's doctors. Changing their hours moves no appointment; those that do not fit are named."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model import Doctor, DoctorForm, Span, validate_doctor, validate_service_ids
from chalicelib.scheduling.model.availability import working_time
from chalicelib.scheduling.service.allocation import booked_reservations
from chalicelib.scheduling.service.limits import errors_in_changes, quota_errors
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from chalicelib.scheduling.store import tenant_schedule

_DOCTOR_NOT_FOUND = "There is no doctor with this id."
# Nobody enters an appointment further ahead.
_CONFLICT_HORIZON = timedelta(days=10 * 366)


@dataclass(frozen=True, slots=True)
class ConflictingAppointment(Schema):
    """An appointment at a time at which its doctor does not work; `start` and `end` are without buffers."""

    appointment_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDoctor(Doctor):
    """A doctor after a change, and the upcoming appointments that do not fit into their working time."""

    conflicts: list[ConflictingAppointment]


def add_doctor(admin: Principal, form: DoctorForm, *, ids: IdFactory = new_id) -> Doctor:
    """Add a doctor to the practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming every fault, services that are not there included.
    """
    admin.require_admin()
    setup = load_schedule(admin.tenant_id, consistent=True)
    faults = validate_doctor(form) + validate_service_ids(form.service_ids, setup.services)
    faults += quota_errors("doctors", setup.doctors)
    if faults:
        raise ValidationFailed(faults)
    doctor = Doctor(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    tenant_schedule.put_doctor(admin.tenant_id, doctor)
    return doctor


def change_doctor(
    admin: Principal, doctor_id: str, changes: Mapping[str, object], *, clock: Clock = utc_now
) -> ChangedDoctor:
    """Change fields of a doctor, by their names in `Doctor`; what others change in the same moment lasts too.

    Nothing that is booked changes. Three calls.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming every fault of what is changed.
        NotFound: there is no such doctor.
    """
    admin.require_admin()
    keys.validate_id(doctor_id)
    setup = load_schedule(admin.tenant_id, consistent=True)
    before = setup.doctors.get(doctor_id)
    if before is None:
        raise NotFound(_DOCTOR_NOT_FOUND)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the caller's shape has checked them
    offer = validate_service_ids(after.service_ids, setup.services, before.service_ids)
    if faults := errors_in_changes(changes, validate_doctor(after) + offer):
        raise ValidationFailed(faults)
    return _update(admin, doctor_id, changes, clock)


def archive_doctor(admin: Principal, doctor_id: str, *, clock: Clock = utc_now) -> ChangedDoctor:
    """Let a doctor be booked no longer; they are kept for the appointments that name them.

    All that are upcoming are conflicts. Repeating it is no error. Two calls.

    Raises:
        Forbidden: the caller is not an admin.
        NotFound: there is no such doctor.
    """
    admin.require_admin()
    return _update(admin, keys.validate_id(doctor_id), {"archived": True}, clock)


def list_doctors(principal: Principal, *, archived: bool = False) -> list[Doctor]:
    """The practice's doctors, by name; archived ones too if asked for."""
    doctors = load_schedule(principal.tenant_id).doctors.values()
    return sorted((each for each in doctors if archived or not each.archived), key=lambda doctor: doctor.name)


def _update(admin: Principal, doctor_id: str, changes: Mapping[str, object], clock: Clock) -> ChangedDoctor:
    try:
        doctor = tenant_schedule.change_doctor(admin.tenant_id, doctor_id, changes)
    except tenant_schedule.NotInSchedule:
        raise NotFound(_DOCTOR_NOT_FOUND) from None
    said = {field.name: getattr(doctor, field.name) for field in fields(doctor)}
    return ChangedDoctor(**said, conflicts=_conflicts(admin.tenant_id, doctor, clock))


def _conflicts(tenant_id: str, doctor: Doctor, clock: Clock) -> list[ConflictingAppointment]:
    now = clock()
    upcoming = booked_reservations(tenant_id, doctor.id, Span(now, now + _CONFLICT_HORIZON), clock=clock)
    return [
        ConflictingAppointment(one.id, one.span.start, one.span.end)
        for one in upcoming
        if one.span.start >= now and not _is_working(doctor, one.span)
    ]


def _is_working(doctor: Doctor, span: Span) -> bool:
    if doctor.archived:
        return False
    return any(work.start <= span.start and span.end <= work.end for work in working_time(doctor, span))
