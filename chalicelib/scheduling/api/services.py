"""Services over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from chalicelib.core.http.constraints import Length
from chalicelib.core.http.errors import Forbidden
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, Schema, optional
from chalicelib.scheduling.api.changing import ArchivedQuery, PartialUpdate
from chalicelib.scheduling.model import Need, Service, ServiceForm
from chalicelib.scheduling.model.tenant_schedule import Color, Duration, Minutes, Price
from chalicelib.scheduling.service import services


@dataclass(frozen=True, slots=True)
class ServicePage(Schema):
    """All services of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Service]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ChangeService(PartialUpdate):
    """The fields of a service to change; a price of null takes it away."""

    name: Name = optional()
    duration_minutes: Duration = optional()
    buffer_before_minutes: Minutes = optional()
    buffer_after_minutes: Minutes = optional()
    price: Price | None = optional()
    color: Color = optional()
    needs: Annotated[list[Need], Length(0, 3)] = optional()
    archived: bool = optional()


@endpoint(query=ArchivedQuery, response=ServicePage)
def list_services(request: Request[None, ArchivedQuery]) -> ServicePage:
    """The practice's services, by name; those that are offered no longer too if asked for."""
    return ServicePage(services.list_services(request.principal, archived=request.query.archived), None)


@endpoint(body=ServiceForm, response=Service, status=HTTPStatus.CREATED, errors=(Forbidden,))
def add_service(request: Request[ServiceForm, None]) -> Service:
    """Add a service; admins only."""
    return services.add_service(request.principal, request.body)


@endpoint(body=ChangeService, response=Service, errors=(Forbidden,))
def change_service(request: Request[ChangeService, None], service_id: str) -> Service:
    """Change a service; admins only. Appointments that are booked stay as they are."""
    return services.change_service(request.principal, service_id, request.body.changes())


@endpoint(response=Service, errors=(Forbidden,))
def archive_service(request: Request[None, None], service_id: str) -> Service:
    """Archive a service; admins only. `archived: false` brings it back."""
    return services.archive_service(request.principal, service_id)
