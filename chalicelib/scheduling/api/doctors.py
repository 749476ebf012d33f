"""Doctors over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from chalicelib.core.constraints import Length
from chalicelib.core.errors import Forbidden
from chalicelib.core.http import Call
from chalicelib.core.shape import Name, Shape, ZoneName, omissible
from chalicelib.scheduling.api.changing import Change, Listing
from chalicelib.scheduling.api.routes import routes
from chalicelib.scheduling.model import Doctor, DoctorForm, Hours, ScheduleException
from chalicelib.scheduling.model.practice import Text
from chalicelib.scheduling.service import doctors
from chalicelib.scheduling.service.doctors import ChangedDoctor


@dataclass(frozen=True, slots=True)
class Doctors(Shape):
    """All doctors of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Doctor]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ChangeDoctor(Change):
    """The fields of a doctor to change; a list takes the place of the whole list before."""

    name: Name = omissible()
    time_zone: ZoneName = omissible()
    specialty: Text = omissible()
    service_ids: Annotated[list[str], Length(0, 100)] = omissible()
    working_hours: Annotated[list[Hours], Length(0, 100)] = omissible()
    breaks: Annotated[list[Hours], Length(0, 100)] = omissible()
    exceptions: Annotated[list[ScheduleException], Length(0, 400)] = omissible()
    archived: bool = omissible()


@routes.endpoint("GET", "/doctors", query=Listing, answers=Doctors)
def list_doctors(call: Call[None, Listing]) -> Doctors:
    """The practice's doctors, by name; those who work here no longer too if asked for."""
    return Doctors(doctors.list_doctors(call.principal, archived=call.query.archived), None)


@routes.endpoint(
    "POST",
    "/doctors",
    body=DoctorForm,
    answers=Doctor,
    status=HTTPStatus.CREATED,
    problems=(Forbidden,),
)
def add_doctor(call: Call[DoctorForm, None]) -> Doctor:
    """Add a doctor; admins only."""
    return doctors.add_doctor(call.principal, call.body)


@routes.endpoint("PATCH", "/doctors/{doctor_id}", body=ChangeDoctor, answers=ChangedDoctor, problems=(Forbidden,))
def change_doctor(call: Call[ChangeDoctor, None], doctor_id: str) -> ChangedDoctor:
    """Change a doctor; admins only. What is booked stays, and is listed if it does not fit any more."""
    return doctors.change_doctor(call.principal, doctor_id, call.body.changes())


@routes.endpoint("DELETE", "/doctors/{doctor_id}", answers=ChangedDoctor, problems=(Forbidden,))
def archive_doctor(call: Call[None, None], doctor_id: str) -> ChangedDoctor:
    """Archive a doctor; admins only. What is booked stays, and is listed; `archived: false` brings them back."""
    return doctors.archive_doctor(call.principal, doctor_id)
