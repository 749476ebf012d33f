"""Rooms and devices over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.core.errors import Forbidden, Invalid
from chalicelib.core.http import Call
from chalicelib.core.shape import Name, Shape, omissible
from chalicelib.scheduling.api.changing import Change, Listing
from chalicelib.scheduling.api.routes import routes
from chalicelib.scheduling.model import Resource, ResourceForm, ResourceKind
from chalicelib.scheduling.service import resources


@dataclass(frozen=True, slots=True)
class Resources(Shape):
    """All rooms and devices of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Resource]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ChangeResource(Change):
    """The fields of a room or a device to change."""

    name: Name = omissible()
    kind: ResourceKind = omissible()
    archived: bool = omissible()


@routes.endpoint("GET", "/resources", query=Listing, answers=Resources)
def list_resources(call: Call[None, Listing]) -> Resources:
    """The practice's rooms and devices, by name; those out of use too if asked for."""
    return Resources(resources.list_resources(call.principal, archived=call.query.archived), None)


@routes.endpoint(
    "POST",
    "/resources",
    body=ResourceForm,
    answers=Resource,
    status=HTTPStatus.CREATED,
    problems=(Forbidden,),
)
def add_resource(call: Call[ResourceForm, None]) -> Resource:
    """Add a room or a device; admins only."""
    return resources.add_resource(call.principal, call.body)


@routes.endpoint("PATCH", "/resources/{resource_id}", body=ChangeResource, answers=Resource, problems=(Forbidden,))
def change_resource(call: Call[ChangeResource, None], resource_id: str) -> Resource:
    """Change a room or a device; admins only."""
    return resources.change_resource(call.principal, resource_id, call.body.changes())


@routes.endpoint("DELETE", "/resources/{resource_id}", answers=Resource, problems=(Forbidden, Invalid))
def archive_resource(call: Call[None, None], resource_id: str) -> Resource:
    """Archive a room or a device; admins only. Refused while a service has nothing else to take."""
    return resources.archive_resource(call.principal, resource_id)
