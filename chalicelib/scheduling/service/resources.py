"""A tenant's rooms and devices."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.core.clock import IdFactory, new_id
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.resource import Resource, ResourceForm
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule, active
from chalicelib.scheduling.model.validation import (
    can_meet_needs,
    errors_in_changes,
    quota_errors,
)
from chalicelib.scheduling.service.entries import ScheduleListQuery, from_form, list_page, update_entry
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from chalicelib.scheduling.store import tenant_schedule as store

_NOT_FOUND = "There is no room or device with this id."


@dataclass(frozen=True, slots=True)
class ResourcePage(Schema):
    """One page of rooms and devices in order of name.

    `next_cursor` is null on the last page.
    """

    items: list[Resource]
    next_cursor: str | None


def add_resource(admin: Principal, form: ResourceForm, *, ids: IdFactory = new_id) -> Resource:
    """Add a room or a device; two calls.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: there are too many.
    """
    admin.require_admin()
    resources = load_schedule(admin.tenant_id, consistent=True).resources
    if errors := quota_errors("rooms and devices", resources):
        raise ValidationFailed(errors)
    resource = from_form(Resource, ids(), form)
    store.put_entry(store.RESOURCES, admin.tenant_id, resource)
    return resource


def change_resource(admin: Principal, resource_id: str, changes: Mapping[str, object]) -> Resource:
    """Change fields of a room or a device, by their names in `Resource`; two calls.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: the update is empty, or archives a resource that a service cannot do without.
        NotFound: there is no such resource.
    """
    admin.require_admin()
    keys.validate_id(resource_id)
    schedule = load_schedule(admin.tenant_id, consistent=True)
    if resource_id not in schedule.resources:
        raise NotFound(_NOT_FOUND)
    errors = _archive_errors(schedule, resource_id) if changes.get("archived") else []
    if errors := errors_in_changes(changes, errors):
        raise ValidationFailed(errors)
    return update_entry(store.RESOURCES, admin.tenant_id, resource_id, changes, _NOT_FOUND)


def archive_resource(admin: Principal, resource_id: str) -> Resource:
    """Archive a room or a device; idempotent, two calls. Booked appointments keep it.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: with an error for each service that cannot do without it.
        NotFound: there is no such resource.
    """
    return change_resource(admin, resource_id, {"archived": True})


def list_resources(principal: Principal, query: ScheduleListQuery) -> ResourcePage:
    """Return one page of the rooms and devices by name; one call.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
    """
    entries = load_schedule(principal.tenant_id).resources
    return ResourcePage(*list_page(store.RESOURCES, principal.tenant_id, entries, query))


def _archive_errors(schedule: TenantSchedule, resource_id: str) -> list[FieldError]:
    remaining = {*active(schedule.resources)} - {resource_id}
    dependent = [
        service
        for service in active(schedule.services).values()
        if any(resource_id in need.any_of for need in service.needs)
    ]
    return [
        FieldError("archived", f"would leave nothing to do “{service.name}” with; change that service first")
        for service in dependent
        if not can_meet_needs(service.needs, remaining)
    ]
