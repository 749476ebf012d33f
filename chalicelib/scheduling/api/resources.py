"""Rooms and devices over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.core.http.errors import Forbidden, ValidationFailed
from chalicelib.core.http.partial_update import PartialUpdate
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, optional
from chalicelib.scheduling.model.resource import Resource, ResourceForm, ResourceKind
from chalicelib.scheduling.service import resources
from chalicelib.scheduling.service.entries import ScheduleListQuery
from chalicelib.scheduling.service.resources import ResourcePage


@dataclass(frozen=True, slots=True)
class ChangeResource(PartialUpdate):
    """The fields of a room or a device to change."""

    name: Name = optional()
    kind: ResourceKind = optional()
    archived: bool = optional()


@endpoint(query=ScheduleListQuery, response=ResourcePage)
def list_resources(request: Request[None, ScheduleListQuery]) -> ResourcePage:
    """List the rooms and devices of the practice by name."""
    return resources.list_resources(request.principal, request.query)


@endpoint(body=ResourceForm, response=Resource, status=HTTPStatus.CREATED, errors=(Forbidden,))
def add_resource(request: Request[ResourceForm, None]) -> Resource:
    """Add a room or a device. Admins only."""
    return resources.add_resource(request.principal, request.body)


@endpoint(body=ChangeResource, response=Resource, errors=(Forbidden,))
def change_resource(request: Request[ChangeResource, None], resource_id: str) -> Resource:
    """Change a room or a device. Admins only."""
    return resources.change_resource(request.principal, resource_id, request.body.changes())


@endpoint(response=Resource, errors=(Forbidden, ValidationFailed))
def archive_resource(request: Request[None, None], resource_id: str) -> Resource:
    """Archive a room or a device. Admins only.

    Refused while a service cannot do without it.
    """
    return resources.archive_resource(request.principal, resource_id)
