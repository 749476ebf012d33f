"""A practice's set-up, all in one partition, so that one query reads it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.update import Action

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model import BookingRules, Doctor, Resource, Service, TenantSchedule
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


class NotInSchedule(Exception):
    """The practice has no such doctor, service, room or device."""


_ALL_ATTRIBUTES = sorted(
    {
        name
        for kind in (DoctorItem, ServiceItem, ResourceItem, RulesItem)
        for name in (attribute.attr_name for attribute in kind.get_attributes().values())
    }
)


def load_schedule(tenant_id: str, *, consistent: bool = False) -> TenantSchedule:
    """All that a practice has set up; one query. A practice that never set rules has those of a new one."""
    found = list(DataItem.query_raw(keys.setup(tenant_id), _ALL_ATTRIBUTES, consistent=consistent))
    doctors = [to_doctor(DoctorItem.from_image(image)) for image in _with_prefix(found, keys.doctor(""))]
    services = [to_service(ServiceItem.from_image(image)) for image in _with_prefix(found, keys.service(""))]
    resources = [to_resource(ResourceItem.from_image(image)) for image in _with_prefix(found, keys.resource(""))]
    rules = [to_rules(RulesItem.from_image(image)) for image in _with_prefix(found, keys.RULES)]
    return TenantSchedule(
        doctors={doctor.id: doctor for doctor in doctors},
        services={service.id: service for service in services},
        resources={resource.id: resource for resource in resources},
        rules=rules[0] if rules else BookingRules(),
    )


def _with_prefix(images: Iterable[dict[str, Any]], prefix: str) -> Iterator[dict[str, Any]]:
    return (image for image in images if image["sk"]["S"].startswith(prefix))


def add_schedule(transaction: Transaction, tenant_id: str, schedule: TenantSchedule) -> None:
    """Make a transaction store all that a new practice begins with."""
    for doctor in schedule.doctors.values():
        transaction.put(doctor_item(tenant_id, doctor))
    for service in schedule.services.values():
        transaction.put(service_item(tenant_id, service))
    for resource in schedule.resources.values():
        transaction.put(resource_item(tenant_id, resource))
    transaction.put(rules_item(tenant_id, schedule.rules))


def put_doctor(tenant_id: str, doctor: Doctor) -> None:
    """Store a doctor."""
    with_retries(doctor_item(tenant_id, doctor).save)


def put_service(tenant_id: str, service: Service) -> None:
    """Store a service."""
    with_retries(service_item(tenant_id, service).save)


def put_resource(tenant_id: str, resource: Resource) -> None:
    """Store a room or a device."""
    with_retries(resource_item(tenant_id, resource).save)


def put_rules(tenant_id: str, rules: BookingRules) -> None:
    """Store the rules of booking in place of those before."""
    with_retries(rules_item(tenant_id, rules).save)


def change_doctor(tenant_id: str, doctor_id: str, changes: Mapping[str, object]) -> Doctor:
    """Write these fields of a doctor, by their names in `Doctor`; the whole of it afterwards. One call.

    Raises:
        NotSetUp: there is no such doctor.
    """
    item = DoctorItem.for_key(keys.doctor_key(tenant_id, doctor_id))
    _update(item, changes)
    return to_doctor(item)


def change_service(tenant_id: str, service_id: str, changes: Mapping[str, object]) -> Service:
    """Write these fields of a service, by their names in `Service`; the whole of it afterwards. One call.

    Raises:
        NotSetUp: there is no such service.
    """
    item = ServiceItem.for_key(keys.service_key(tenant_id, service_id))
    _update(item, changes)
    return to_service(item)


def change_resource(tenant_id: str, resource_id: str, changes: Mapping[str, object]) -> Resource:
    """Write these fields of a room or a device, by their names in `Resource`; all of it afterwards. One call.

    Raises:
        NotSetUp: there is no such thing.
    """
    item = ResourceItem.for_key(keys.resource_key(tenant_id, resource_id))
    _update(item, changes)
    return to_resource(item)


def _update(item: DataItem, changes: Mapping[str, object]) -> None:
    """Write these attributes alone, so that changes of different ones in the same moment all last."""
    actions = [_update_action(getattr(type(item), name), to_json(value)) for name, value in changes.items()]
    try:
        with_retries(lambda: item.update(actions, DataItem.pk.exists()))
    except ConditionFailed:
        raise NotInSchedule from None


def _update_action(attribute: "Attribute[Any]", value: object) -> Action:
    return attribute.remove() if value is None or value is False else attribute.set(value)


def find_doctor(tenant_id: str, doctor_id: str) -> Doctor | None:
    """One doctor, archived or not."""
    item = DoctorItem.read(keys.doctor_key(tenant_id, doctor_id))
    return to_doctor(item) if item else None


def find_service(tenant_id: str, service_id: str) -> Service | None:
    """One service, archived or not."""
    item = ServiceItem.read(keys.service_key(tenant_id, service_id))
    return to_service(item) if item else None
