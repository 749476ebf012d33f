"""Setting up what a practice does: its services."""

from collections.abc import Mapping
from dataclasses import fields, replace

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import Ids, new_id
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.scheduling.model import Service, ServiceForm, faults_of_service
from chalicelib.scheduling.service.limits import faults_of_changes, room_for_one_more
from chalicelib.scheduling.service.practice import setup_of
from chalicelib.scheduling.store import practice

_NO_SERVICE = "There is no service with this id."
# What one of them says is judged with the others.
_TIMES = ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes")


def add_service(admin: Principal, form: ServiceForm, *, ids: Ids = new_id) -> Service:
    """Add a service to the practice.

    Raises:
        Forbidden: the caller is not an admin.
        Invalid: naming every fault, rooms and devices that are not there included.
    """
    admin.require_admin()
    setup = setup_of(admin.tenant_id, consistent=True)
    faults = faults_of_service(form, setup.resources) + room_for_one_more("services", setup.services)
    if faults:
        raise Invalid(faults)
    service = Service(id=ids(), **{field.name: getattr(form, field.name) for field in fields(form)})
    practice.put_service(admin.tenant_id, service)
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
    keys.known_id(service_id)
    setup = setup_of(admin.tenant_id, consistent=True)
    before = setup.services.get(service_id)
    if before is None:
        raise NotFound(_NO_SERVICE)
    after = replace(before, **changes)  # type: ignore[arg-type]  # the caller's shape has checked them
    faults = faults_of_service(after, setup.resources, before.needs)
    if faults := faults_of_changes(_judged(changes), faults):
        raise Invalid(faults)
    return _changed(admin, service_id, changes)


def _judged(changes: Mapping[str, object]) -> dict[str, object]:
    judged = dict(changes)
    if any(name in changes for name in _TIMES):
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
    return _changed(admin, keys.known_id(service_id), {"archived": True})


def list_services(principal: Principal, *, archived: bool = False) -> list[Service]:
    """The practice's services, by name; archived ones too if asked for."""
    services = setup_of(principal.tenant_id).services.values()
    return sorted((each for each in services if archived or not each.archived), key=lambda service: service.name)


def _changed(admin: Principal, service_id: str, changes: Mapping[str, object]) -> Service:
    try:
        return practice.change_service(admin.tenant_id, service_id, changes)
    except practice.NotSetUp:
        raise NotFound(_NO_SERVICE) from None
