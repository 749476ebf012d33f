"""Doctors over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from chalicelib.core.http.constraints import Length
from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, Schema, ZoneName, optional
from chalicelib.scheduling.api.changing import ArchivedQuery, PartialUpdate
from chalicelib.scheduling.model import Doctor, DoctorForm, Hours, ScheduleException
from chalicelib.scheduling.model.tenant_schedule import ShortText
from chalicelib.scheduling.service import doctors
from chalicelib.scheduling.service.doctors import ChangedDoctor


@dataclass(frozen=True, slots=True)
class DoctorPage(Schema):
    """All doctors of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Doctor]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ChangeDoctor(PartialUpdate):
    """The fields of a doctor to change; a list takes the place of the whole list before."""

    name: Name = optional()
    time_zone: ZoneName = optional()
    specialty: ShortText = optional()
    service_ids: Annotated[list[str], Length(0, 100)] = optional()
    working_hours: Annotated[list[Hours], Length(0, 100)] = optional()
    breaks: Annotated[list[Hours], Length(0, 100)] = optional()
    exceptions: Annotated[list[ScheduleException], Length(0, 400)] = optional()
    archived: bool = optional()


@endpoint(query=ArchivedQuery, response=DoctorPage)
def list_doctors(request: Request[None, ArchivedQuery]) -> DoctorPage:
    """The practice's doctors, by name; those who work here no longer too if asked for."""
    return DoctorPage(doctors.list_doctors(request.principal, archived=request.query.archived), None)


@endpoint(body=DoctorForm, response=Doctor, status=HTTPStatus.CREATED, errors=(Forbidden,))
def add_doctor(request: Request[DoctorForm, None]) -> Doctor:
    """Add a doctor; admins only."""
    return doctors.add_doctor(request.principal, request.body)


@endpoint(body=ChangeDoctor, response=ChangedDoctor, errors=(Forbidden,))
def change_doctor(request: Request[ChangeDoctor, None], doctor_id: str) -> ChangedDoctor:
    """Change a doctor; admins only. What is booked stays, and is listed if it does not fit any more."""
    return doctors.change_doctor(request.principal, doctor_id, request.body.changes())


@endpoint(response=ChangedDoctor, errors=(Forbidden,))
def archive_doctor(request: Request[None, None], doctor_id: str) -> ChangedDoctor:
    """Archive a doctor; admins only. What is booked stays, and is listed; `archived: false` brings them back."""
    return doctors.archive_doctor(request.principal, doctor_id)
