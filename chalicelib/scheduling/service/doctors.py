"""Setting up a practice's doctors. Changing their hours moves no appointment; those that do not fit are named."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Clock, Ids, new_id, utc_now
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.core.shape import Shape
from chalicelib.scheduling.model import Doctor, DoctorForm, Span, faults_of, faults_of_offer
from chalicelib.scheduling.model.availability import working_time
from chalicelib.scheduling.service.cells import booked
from chalicelib.scheduling.service.limits import faults_of_changes, room_for_one_more
from chalicelib.scheduling.service.practice import setup_of
from chalicelib.scheduling.store import practice

_NO_DOCTOR = "There is no doctor with this id."
# Nobody enters an appointment further ahead.
_AHEAD = timedelta(days=10 * 366)


@dataclass(frozen=True, slots=True)
class Misfit(Shape):
    """An appointment at a time at which its doctor does not work; `start` and `end` are without buffers."""

    appointment_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDoctor(Doctor):
    """A doctor after a change, and the upcoming appointments that do not fit into their working time."""

    conflicts: list[Misfit]


def add_doctor(admin: Principal, form: DoctorForm, *, ids: Ids = new_id) -> Doctor:
    """Add a doctor to the practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming every fault, services that are not there included.
    """
    admin.require_admin()
    setup = setup_of(admin.tenant_id, consistent=True)
    faults = faults_of(form) + faults_of_offer(form.service_ids, setup.services)
    faults += room_for_one_more("doctors", setup.doctors)
    if faults:
        raise Invalid(faults)
    doctor = Doctor(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    practice.put_doctor(admin.tenant_id, doctor)
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
    keys.known_id(doctor_id)
    setup = setup_of(admin.tenant_id, consistent=True)
    before = setup.doctors.get(doctor_id)
    if before is None:
        raise NotFound(_NO_DOCTOR)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the caller's shape has checked them
    offer = faults_of_offer(after.service_ids, setup.services, before.service_ids)
    if faults := faults_of_changes(changes, faults_of(after) + offer):
        raise Invalid(faults)
    return _changed(admin, doctor_id, changes, clock)


def archive_doctor(admin: Principal, doctor_id: str, *, clock: Clock = utc_now) -> ChangedDoctor:
    """Let a doctor be booked no longer; they are kept for the appointments that name them.

    All that are upcoming are conflicts. Repeating it is no error. Two calls.

    Raises:
        Forbidden: the caller is not an admin.
        NotFound: there is no such doctor.
    """
    admin.require_admin()
    return _changed(admin, keys.known_id(doctor_id), {"archived": True}, clock)


def list_doctors(principal: Principal, *, archived: bool = False) -> list[Doctor]:
    """The practice's doctors, by name; archived ones too if asked for."""
    doctors = setup_of(principal.tenant_id).doctors.values()
    return sorted((each for each in doctors if archived or not each.archived), key=lambda doctor: doctor.name)


def _changed(admin: Principal, doctor_id: str, changes: Mapping[str, object], clock: Clock) -> ChangedDoctor:
    try:
        doctor = practice.change_doctor(admin.tenant_id, doctor_id, changes)
    except practice.NotSetUp:
        raise NotFound(_NO_DOCTOR) from None
    said = {field.name: getattr(doctor, field.name) for field in fields(doctor)}
    return ChangedDoctor(**said, conflicts=_conflicts(admin.tenant_id, doctor, clock))


def _conflicts(tenant_id: str, doctor: Doctor, clock: Clock) -> list[Misfit]:
    now = clock()
    upcoming = booked(tenant_id, doctor.id, Span(now, now + _AHEAD), clock=clock)
    return [
        Misfit(one.id, one.span.start, one.span.end)
        for one in upcoming
        if one.span.start >= now and not _works(doctor, one.span)
    ]


def _works(doctor: Doctor, span: Span) -> bool:
    if doctor.archived:
        return False
    return any(work.start <= span.start and span.end <= work.end for work in working_time(doctor, span))
