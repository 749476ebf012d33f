"""Setting up a practice's rooms and devices."""

from collections.abc import Mapping
from dataclasses import fields

from chalicelib.core.clock import IdFactory, new_id
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model import Resource, ResourceForm, TenantSchedule, can_meet_needs
from chalicelib.scheduling.service.limits import errors_in_changes, quota_errors
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from chalicelib.scheduling.store import tenant_schedule

_RESOURCE_NOT_FOUND = "There is no room or device with this id."


def add_resource(admin: Principal, form: ResourceForm, *, ids: IdFactory = new_id) -> Resource:
    """Add a room or a device to the practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: there are too many.
    """
    admin.require_admin()
    if faults := quota_errors("rooms and devices", load_schedule(admin.tenant_id, consistent=True).resources):
        raise ValidationFailed(faults)
    resource = Resource(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    tenant_schedule.put_resource(admin.tenant_id, resource)
    return resource


def change_resource(admin: Principal, resource_id: str, changes: Mapping[str, object]) -> Resource:
    """Change fields of a room or a device, by their names in `Resource`. Two calls.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: there is nothing to change; or it would be archived, and services could not do without it.
        NotFound: there is no such thing.
    """
    admin.require_admin()
    keys.validate_id(resource_id)
    setup = load_schedule(admin.tenant_id, consistent=True)
    if resource_id not in setup.resources:
        raise NotFound(_RESOURCE_NOT_FOUND)
    faults = _archive_errors(setup, resource_id) if changes.get("archived") else []
    if faults := errors_in_changes(changes, faults):
        raise ValidationFailed(faults)
    try:
        return tenant_schedule.change_resource(admin.tenant_id, resource_id, changes)
    except tenant_schedule.NotInSchedule:
        raise NotFound(_RESOURCE_NOT_FOUND) from None


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
    resources = load_schedule(principal.tenant_id).resources.values()
    return sorted((each for each in resources if archived or not each.archived), key=lambda each: each.name)


def _archive_errors(schedule: TenantSchedule, resource_id: str) -> list[FieldError]:
    left = {each.id for each in schedule.resources.values() if not each.archived} - {resource_id}
    needing = [
        service
        for service in schedule.services.values()
        if not service.archived and any(resource_id in need.any_of for need in service.needs)
    ]
    return [
        FieldError("archived", f"would leave nothing to do “{service.name}” with; change that service first")
        for service in needing
        if not can_meet_needs(service.needs, left)
    ]
