"""A practice's set-up, all in one partition, so that one query reads it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.core import keys
from chalicelib.core.shape import to_wire
from chalicelib.core.table.item import DataItem
from chalicelib.core.table.writing import ConditionFailed, conditionally
from chalicelib.scheduling.model import BookingRules, Doctor, Resource, Service, Setup
from chalicelib.scheduling.store.items import (
    DoctorItem,
    ResourceItem,
    RulesItem,
    ServiceItem,
    doctor_item,
    resource_item,
    rules_item,
    service_item,
    to_doctor,
    to_resource,
    to_rules,
    to_service,
)


class NotSetUp(Exception):
    """The practice has no such doctor, service, room or device."""


_ATTRIBUTES = sorted(
    {
        name
        for kind in (DoctorItem, ServiceItem, ResourceItem, RulesItem)
        for name in (attribute.attr_name for attribute in kind.get_attributes().values())
    }
)


def setup(tenant_id: str, *, consistent: bool = False) -> Setup:
    """All that a practice has set up; one query. A practice that never set rules has those of a new one."""
    found = list(DataItem.images(keys.setup(tenant_id), _ATTRIBUTES, consistent=consistent))
    doctors = [to_doctor(DoctorItem.from_image(image)) for image in _those(found, keys.doctor(""))]
    services = [to_service(ServiceItem.from_image(image)) for image in _those(found, keys.service(""))]
    resources = [to_resource(ResourceItem.from_image(image)) for image in _those(found, keys.resource(""))]
    rules = [to_rules(RulesItem.from_image(image)) for image in _those(found, keys.RULES)]
    return Setup(
        doctors={doctor.id: doctor for doctor in doctors},
        services={service.id: service for service in services},
        resources={resource.id: resource for resource in resources},
        rules=rules[0] if rules else BookingRules(),
    )


def _those(images: Iterable[dict[str, Any]], prefix: str) -> Iterator[dict[str, Any]]:
    return (image for image in images if image["sk"]["S"].startswith(prefix))


def add_setup(write: TransactWrite, tenant_id: str, setup: Setup) -> None:
    """Make a transaction store all that a new practice begins with."""
    for doctor in setup.doctors.values():
        write.save(doctor_item(tenant_id, doctor))
    for service in setup.services.values():
        write.save(service_item(tenant_id, service))
    for resource in setup.resources.values():
        write.save(resource_item(tenant_id, resource))
    write.save(rules_item(tenant_id, setup.rules))


def put_doctor(tenant_id: str, doctor: Doctor) -> None:
    """Store a doctor."""
    conditionally(doctor_item(tenant_id, doctor).save)


def put_service(tenant_id: str, service: Service) -> None:
    """Store a service."""
    conditionally(service_item(tenant_id, service).save)


def put_resource(tenant_id: str, resource: Resource) -> None:
    """Store a room or a device."""
    conditionally(resource_item(tenant_id, resource).save)


def put_rules(tenant_id: str, rules: BookingRules) -> None:
    """Store the rules of booking in place of those before."""
    conditionally(rules_item(tenant_id, rules).save)


def change_doctor(tenant_id: str, doctor_id: str, changes: Mapping[str, object]) -> Doctor:
    """Write these fields of a doctor, by their names in `Doctor`; the whole of it afterwards. One call.

    Raises:
        NotSetUp: there is no such doctor.
    """
    item = DoctorItem(keys.setup(tenant_id), keys.doctor(doctor_id))
    _change(item, changes)
    return to_doctor(item)


def change_service(tenant_id: str, service_id: str, changes: Mapping[str, object]) -> Service:
    """Write these fields of a service, by their names in `Service`; the whole of it afterwards. One call.

    Raises:
        NotSetUp: there is no such service.
    """
    item = ServiceItem(keys.setup(tenant_id), keys.service(service_id))
    _change(item, changes)
    return to_service(item)


def change_resource(tenant_id: str, resource_id: str, changes: Mapping[str, object]) -> Resource:
    """Write these fields of a room or a device, by their names in `Resource`; all of it afterwards. One call.

    Raises:
        NotSetUp: there is no such thing.
    """
    item = ResourceItem(keys.setup(tenant_id), keys.resource(resource_id))
    _change(item, changes)
    return to_resource(item)


def _change(item: DataItem, changes: Mapping[str, object]) -> None:
    """Write these attributes alone, so that changes of different ones in the same moment all last."""
    actions = [_action(getattr(type(item), name), to_wire(value)) for name, value in changes.items()]
    try:
        conditionally(lambda: item.update(actions, DataItem.pk.exists()))
    except ConditionFailed:
        raise NotSetUp from None


def _action(attribute: "Attribute[Any]", value: object) -> Action:
    return attribute.remove() if value is None or value is False else attribute.set(value)


def find_doctor(tenant_id: str, doctor_id: str) -> Doctor | None:
    """One doctor, archived or not."""
    item = DoctorItem.read(keys.setup(tenant_id), keys.doctor(doctor_id))
    return to_doctor(item) if item else None


def find_service(tenant_id: str, service_id: str) -> Service | None:
    """One service, archived or not."""
    item = ServiceItem.read(keys.setup(tenant_id), keys.service(service_id))
    return to_service(item) if item else None
