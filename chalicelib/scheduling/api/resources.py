"""Rooms and devices over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

from chalicelib.core.http.errors import Forbidden, ValidationFailed
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Name, Schema, optional
from chalicelib.scheduling.api.changing import ArchivedQuery, PartialUpdate
from chalicelib.scheduling.model import Resource, ResourceForm, ResourceKind
from chalicelib.scheduling.service import resources


@dataclass(frozen=True, slots=True)
class ResourcePage(Schema):
    """All rooms and devices of the practice; `next_cursor` is null, because they fit on one page."""

    items: list[Resource]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ChangeResource(PartialUpdate):
    """The fields of a room or a device to change."""

    name: Name = optional()
    kind: ResourceKind = optional()
    archived: bool = optional()


@endpoint(query=ArchivedQuery, response=ResourcePage)
def list_resources(request: Request[None, ArchivedQuery]) -> ResourcePage:
    """The practice's rooms and devices, by name; those out of use too if asked for."""
    return ResourcePage(resources.list_resources(request.principal, archived=request.query.archived), None)


@endpoint(body=ResourceForm, response=Resource, status=HTTPStatus.CREATED, errors=(Forbidden,))
def add_resource(request: Request[ResourceForm, None]) -> Resource:
    """Add a room or a device; admins only."""
    return resources.add_resource(request.principal, request.body)


@endpoint(body=ChangeResource, response=Resource, errors=(Forbidden,))
def change_resource(request: Request[ChangeResource, None], resource_id: str) -> Resource:
    """Change a room or a device; admins only."""
    return resources.change_resource(request.principal, resource_id, request.body.changes())


@endpoint(response=Resource, errors=(Forbidden, ValidationFailed))
def archive_resource(request: Request[None, None], resource_id: str) -> Resource:
    """Archive a room or a device; admins only. Refused while a service has nothing else to take."""
    return resources.archive_resource(request.principal, resource_id)
