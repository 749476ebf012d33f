"""The services that a tenant offers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chalicelib.core.clock import IdFactory, new_id
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound, ValidationFailed
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model.service import Service, ServiceForm
from chalicelib.scheduling.model.validation import (
    errors_in_changes,
    quota_errors,
    validate_service,
)
from chalicelib.scheduling.service.entries import ScheduleListQuery, from_form, list_page, update_entry
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from chalicelib.scheduling.store import tenant_schedule as store

_NOT_FOUND = "There is no service with this id."
# The three add up to one limit; its error is reported at the duration.
_TIME_FIELDS = ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes")


@dataclass(frozen=True, slots=True)
class ServicePage(Schema):
    """One page of services in order of name; `next_cursor` is null on the last page."""

    items: list[Service]
    next_cursor: str | None


def add_service(admin: Principal, form: ServiceForm, *, ids: IdFactory = new_id) -> Service:
    """Add a service; two calls.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: with every error, unknown rooms and devices included.
    """
    admin.require_admin()
    schedule = load_schedule(admin.tenant_id, consistent=True)
    errors = validate_service(form, schedule.resources) + quota_errors("services", schedule.services)
    if errors:
        raise ValidationFailed(errors)
    service = from_form(Service, ids(), form)
    store.put_entry(store.SERVICES, admin.tenant_id, service)
    return service


def change_service(admin: Principal, service_id: str, changes: Mapping[str, object]) -> Service:
    """Change fields of a service, by their names in `Service`; two calls.

    Concurrent changes of other fields last. Booked appointments stay as they are.

    Raises:
        Forbidden: the caller is not an admin.
        ValidationFailed: with every error in the changed fields.
        NotFound: there is no such service.
    """
    admin.require_admin()
    keys.validate_id(service_id)
    schedule = load_schedule(admin.tenant_id, consistent=True)
    before = schedule.services.get(service_id)
    if before is None:
        raise NotFound(_NOT_FOUND)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the request's schema has checked them
    errors = validate_service(after, schedule.resources, before.needs)
    if errors := errors_in_changes(_fields_to_validate(changes), errors):
        raise ValidationFailed(errors)
    return update_entry(store.SERVICES, admin.tenant_id, service_id, changes, _NOT_FOUND)


def _fields_to_validate(changes: Mapping[str, object]) -> dict[str, object]:
    """Add the fields in which a change can cause errors without naming them."""
    validated = dict(changes)
    if any(name in changes for name in _TIME_FIELDS):
        validated["duration_minutes"] = None
    if changes.get("archived") is False:
        validated["needs"] = None
    return validated


def archive_service(admin: Principal, service_id: str) -> Service:
    """Archive a service; idempotent, one call.

    Raises:
        Forbidden: the caller is not an admin.
        NotFound: there is no such service.
    """
    admin.require_admin()
    return update_entry(
        store.SERVICES, admin.tenant_id, keys.validate_id(service_id), {"archived": True}, _NOT_FOUND
    )


def list_services(principal: Principal, query: ScheduleListQuery) -> ServicePage:
    """Return one page of the services by name; one call.

    Raises:
        ValidationFailed: the cursor was not issued for this list.
    """
    entries = load_schedule(principal.tenant_id).services
    return ServicePage(*list_page(store.SERVICES, principal.tenant_id, entries, query))
