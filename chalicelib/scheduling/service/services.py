"""Setting up what a practice does: its services."""

from collections.abc import Mapping
from dataclasses import fields, replace

from chalicelib.core.clock import IdFactory, new_id
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound, ValidationFailed
from chalicelib.core.security.tokens import Principal
from chalicelib.scheduling.model import Service, ServiceForm, validate_service
from chalicelib.scheduling.service.limits import errors_in_changes, quota_errors
from chalicelib.scheduling.service.tenant_schedule import load_schedule
from chalicelib.scheduling.store import tenant_schedule

_SERVICE_NOT_FOUND = "There is no service with this id."
# What one of them says is judged with the others.
_TIME_FIELDS = ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes")


def add_service(admin: Principal, form: ServiceForm, *, ids: IdFactory = new_id) -> Service:
    """Add a service to the practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming every fault, rooms and devices that are not there included.
    """
    admin.require_admin()
    setup = load_schedule(admin.tenant_id, consistent=True)
    faults = validate_service(form, setup.resources) + quota_errors("services", setup.services)
    if faults:
        raise ValidationFailed(faults)
    service = Service(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    tenant_schedule.put_service(admin.tenant_id, service)
    return service


def change_service(admin: Principal, service_id: str, changes: Mapping[str, object]) -> Service:
    """Change fields of a service, by their names in `Service`; what others change in the same moment lasts too.

    Appointments that are booked stay as they are. Two calls.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming every fault of what is changed.
        NotFound: there is no such service.
    """
    admin.require_admin()
    keys.validate_id(service_id)
    setup = load_schedule(admin.tenant_id, consistent=True)
    before = setup.services.get(service_id)
    if before is None:
        raise NotFound(_SERVICE_NOT_FOUND)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the caller's shape has checked them
    faults = validate_service(after, setup.resources, before.needs)
    if faults := errors_in_changes(_fields_to_validate(changes), faults):
        raise ValidationFailed(faults)
    return _update(admin, service_id, changes)


def _fields_to_validate(changes: Mapping[str, object]) -> dict[str, object]:
    judged = dict(changes)
    if any(name in changes for name in _TIME_FIELDS):
        judged["duration_minutes"] = None
    if changes.get("archived") is False:
        judged["needs"] = None
    return judged


def archive_service(admin: Principal, service_id: str) -> Service:
    """Offer a service no longer; it is kept for the appointments that name it. Repeating it is no error. One call.

    Raises:
        Forbidden: the caller is not an admin.
        NotFound: there is no such service.
    """
    admin.require_admin()
    return _update(admin, keys.validate_id(service_id), {"archived": True})


def list_services(principal: Principal, *, archived: bool = False) -> list[Service]:
    """The practice's services, by name; archived ones too if asked for."""
    services = load_schedule(principal.tenant_id).services.values()
    return sorted((each for each in services if archived or not each.archived), key=lambda service: service.name)


def _update(admin: Principal, service_id: str, changes: Mapping[str, object]) -> Service:
    try:
        return tenant_schedule.change_service(admin.tenant_id, service_id, changes)
    except tenant_schedule.NotInSchedule:
        raise NotFound(_SERVICE_NOT_FOUND) from None
