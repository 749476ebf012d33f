"""Doctors and services over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.core.errors import Forbidden
from chalicelib.core.http import Call
from chalicelib.core.shape import Shape
from chalicelib.scheduling import service
from chalicelib.scheduling.api.routes import routes
from chalicelib.scheduling.model import Doctor, DoctorForm, Service, ServiceForm


@dataclass(frozen=True, slots=True)
class Doctors(Shape):
    """All doctors of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Doctor]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Services(Shape):
    """All services of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Service]
    next_cursor: str | None


@routes.endpoint("GET", "/doctors", answers=Doctors)
def list_doctors(call: Call[None, None]) -> Doctors:
    """The practice's doctors, by name."""
    return Doctors(service.list_doctors(call.principal), None)


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
    return service.add_doctor(call.principal, call.body)


@routes.endpoint("GET", "/services", answers=Services)
def list_services(call: Call[None, None]) -> Services:
    """The practice's services, by name."""
    return Services(service.list_services(call.principal), None)


@routes.endpoint(
    "POST",
    "/services",
    body=ServiceForm,
    answers=Service,
    status=HTTPStatus.CREATED,
    problems=(Forbidden,),
)
def add_service(call: Call[ServiceForm, None]) -> Service:
    """Add a service; admins only."""
    return service.add_service(call.principal, call.body)
