"""Doctors over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.partial_update import PartialUpdate
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, ZoneName, optional
from chalicelib.scheduling.model.doctor import (
    Doctor,
    DoctorForm,
    ScheduleExceptions,
    ServiceIds,
    ShortText,
    WeeklyHours,
)
from chalicelib.scheduling.service import doctors
from chalicelib.scheduling.service.doctors import ChangedDoctor, DoctorPage
from chalicelib.scheduling.service.entries import ScheduleListQuery


@dataclass(frozen=True, slots=True)
class ChangeDoctor(PartialUpdate):
    """The fields of a doctor to change; a list replaces the whole list."""

    name: Name = optional()
    time_zone: ZoneName = optional()
    specialty: ShortText = optional()
    service_ids: ServiceIds = optional()
    working_hours: WeeklyHours = optional()
    breaks: WeeklyHours = optional()
    exceptions: ScheduleExceptions = optional()
    archived: bool = optional()


@endpoint(query=ScheduleListQuery, response=DoctorPage)
def list_doctors(request: Request[None, ScheduleListQuery]) -> DoctorPage:
    """List the doctors of the practice by name."""
    return doctors.list_doctors(request.principal, request.query)


@endpoint(body=DoctorForm, response=Doctor, status=HTTPStatus.CREATED, errors=(Forbidden,))
def add_doctor(request: Request[DoctorForm, None]) -> Doctor:
    """Add a doctor. Admins only."""
    return doctors.add_doctor(request.principal, request.body)


@endpoint(body=ChangeDoctor, response=ChangedDoctor, errors=(Forbidden,))
def change_doctor(request: Request[ChangeDoctor, None], doctor_id: str) -> ChangedDoctor:
    """Change a doctor. Admins only.

    Booked appointments stay as they are; `conflicts` lists those outside the new working time.
    """
    return doctors.change_doctor(request.principal, doctor_id, request.body.changes())


@endpoint(response=ChangedDoctor, errors=(Forbidden,))
def archive_doctor(request: Request[None, None], doctor_id: str) -> ChangedDoctor:
    """Archive a doctor. Admins only.

    Booked appointments stay as they are and are listed as `conflicts`. A change to `archived: false` undoes this.
    """
    return doctors.archive_doctor(request.principal, doctor_id)
