"""Services over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.partial_update import PartialUpdate
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, optional
from chalicelib.scheduling.model.service import Color, Duration, Minutes, Needs, Price, Service, ServiceForm
from chalicelib.scheduling.service import services
from chalicelib.scheduling.service.entries import ScheduleListQuery
from chalicelib.scheduling.service.services import ServicePage


@dataclass(frozen=True, slots=True)
class ChangeService(PartialUpdate):
    """The fields of a service to change; a price of null removes it."""

    name: Name = optional()
    duration_minutes: Duration = optional()
    buffer_before_minutes: Minutes = optional()
    buffer_after_minutes: Minutes = optional()
    price: Price | None = optional()
    color: Color = optional()
    needs: Needs = optional()
    archived: bool = optional()


@endpoint(query=ScheduleListQuery, response=ServicePage)
def list_services(request: Request[None, ScheduleListQuery]) -> ServicePage:
    """List the services of the practice by name."""
    return services.list_services(request.principal, request.query)


@endpoint(body=ServiceForm, response=Service, status=HTTPStatus.CREATED, errors=(Forbidden,))
def add_service(request: Request[ServiceForm, None]) -> Service:
    """Add a service. Admins only."""
    return services.add_service(request.principal, request.body)


@endpoint(body=ChangeService, response=Service, errors=(Forbidden,))
def change_service(request: Request[ChangeService, None], service_id: str) -> Service:
    """Change a service. Admins only. Booked appointments stay as they are."""
    return services.change_service(request.principal, service_id, request.body.changes())


@endpoint(response=Service, errors=(Forbidden,))
def archive_service(request: Request[None, None], service_id: str) -> Service:
    """Archive a service. Admins only. A change to `archived: false` undoes this."""
    return services.archive_service(request.principal, service_id)
