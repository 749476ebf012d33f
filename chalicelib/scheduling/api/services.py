"""Services over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from chalicelib.core.constraints import Length
from chalicelib.core.errors import Forbidden
from chalicelib.core.http import Call
from chalicelib.core.shape import Name, Shape, omissible
from chalicelib.scheduling.api.changing import Change, Listing
from chalicelib.scheduling.api.routes import routes
from chalicelib.scheduling.model import Need, Service, ServiceForm
from chalicelib.scheduling.model.practice import Colour, Duration, Minutes, Price
from chalicelib.scheduling.service import services


@dataclass(frozen=True, slots=True)
class Services(Shape):
    """All services of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Service]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ChangeService(Change):
    """The fields of a service to change; a price of null takes it away."""

    name: Name = omissible()
    duration_minutes: Duration = omissible()
    buffer_before_minutes: Minutes = omissible()
    buffer_after_minutes: Minutes = omissible()
    price: Price | None = omissible()
    color: Colour = omissible()
    needs: Annotated[list[Need], Length(0, 3)] = omissible()
    archived: bool = omissible()


@routes.endpoint("GET", "/services", query=Listing, answers=Services)
def list_services(call: Call[None, Listing]) -> Services:
    """The practice's services, by name; those that are offered no longer too if asked for."""
    return Services(services.list_services(call.principal, archived=call.query.archived), None)


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
    return services.add_service(call.principal, call.body)


@routes.endpoint("PATCH", "/services/{service_id}", body=ChangeService, answers=Service, problems=(Forbidden,))
def change_service(call: Call[ChangeService, None], service_id: str) -> Service:
    """Change a service; admins only. Appointments that are booked stay as they are."""
    return services.change_service(call.principal, service_id, call.body.changes())


@routes.endpoint("DELETE", "/services/{service_id}", answers=Service, problems=(Forbidden,))
def archive_service(call: Call[None, None], service_id: str) -> Service:
    """Archive a service; admins only. `archived: false` brings it back."""
    return services.archive_service(call.principal, service_id)
