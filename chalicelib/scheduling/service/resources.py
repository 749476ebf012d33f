"""Setting up a practice's rooms and devices."""

from collections.abc import Mapping
from dataclasses import fields

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Ids, new_id
from chalicelib.core.errors import Fault, Invalid, NotFound
from chalicelib.scheduling.model import Resource, ResourceForm, Setup, can_be_met
from chalicelib.scheduling.service.limits import faults_of_changes, room_for_one_more
from chalicelib.scheduling.service.practice import setup_of
from chalicelib.scheduling.store import practice

_NO_RESOURCE = "There is no room or device with this id."


def add_resource(admin: Principal, form: ResourceForm, *, ids: Ids = new_id) -> Resource:
    """Add a room or a device to the practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: there are too many.
    """
    admin.require_admin()
    if faults := room_for_one_more("rooms and devices", setup_of(admin.tenant_id, consistent=True).resources):
        raise Invalid(faults)
    resource = Resource(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    practice.put_resource(admin.tenant_id, resource)
    return resource


def change_resource(admin: Principal, resource_id: str, changes: Mapping[str, object]) -> Resource:
    """Change fields of a room or a device, by their names in `Resource`. Two calls.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: there is nothing to change; or it would be archived, and services could not do without it.
        NotFound: there is no such thing.
    """
    admin.require_admin()
    keys.known_id(resource_id)
    setup = setup_of(admin.tenant_id, consistent=True)
    if resource_id not in setup.resources:
        raise NotFound(_NO_RESOURCE)
    faults = _faults_of_archiving(setup, resource_id) if changes.get("archived") else []
    if faults := faults_of_changes(changes, faults):
        raise Invalid(faults)
    try:
        return practice.change_resource(admin.tenant_id, resource_id, changes)
    except practice.NotSetUp:
        raise NotFound(_NO_RESOURCE) from None


def archive_resource(admin: Principal, resource_id: str) -> Resource:
    """Take a room or a device out of use; appointments that have it keep it. Repeating it is no error. Two calls.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming each service that could not be done any more, since nothing else is left for it.
        NotFound: there is no such thing.
    """
    return change_resource(admin, resource_id, {"archived": True})


def list_resources(principal: Principal, *, archived: bool = False) -> list[Resource]:
    """The practice's rooms and devices, by name; archived ones too if asked for."""
    resources = setup_of(principal.tenant_id).resources.values()
    return sorted((each for each in resources if archived or not each.archived), key=lambda each: each.name)


def _faults_of_archiving(setup: Setup, resource_id: str) -> list[Fault]:
    left = {each.id for each in setup.resources.values() if not each.archived} - {resource_id}
    needing = [
        service
        for service in setup.services.values()
        if not service.archived and any(resource_id in need.any_of for need in service.needs)
    ]
    return [
        Fault("archived", f"would leave nothing to do “{service.name}” with; change that service first")
        for service in needing
        if not can_be_met(service.needs, left)
    ]
