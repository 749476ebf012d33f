"""A practice's set-up, all in one partition, so that one query reads it."""

from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.core import keys
from chalicelib.core.table import DataItem
from chalicelib.scheduling.model import BookingRules, Doctor, Service, Setup
from chalicelib.scheduling.store.items import (
    DoctorItem,
    ResourceItem,
    RulesItem,
    ServiceItem,
    doctor_item,
    service_item,
    to_doctor,
    to_resource,
    to_rules,
    to_service,
)

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


def put_doctor(tenant_id: str, doctor: Doctor) -> None:
    """Store a doctor."""
    doctor_item(tenant_id, doctor).save()


def put_service(tenant_id: str, service: Service) -> None:
    """Store a service."""
    service_item(tenant_id, service).save()


def find_doctor(tenant_id: str, doctor_id: str) -> Doctor | None:
    """One doctor, archived or not."""
    item = DoctorItem.read(keys.setup(tenant_id), keys.doctor(doctor_id))
    return to_doctor(item) if item else None


def find_service(tenant_id: str, service_id: str) -> Service | None:
    """One service, archived or not."""
    item = ServiceItem.read(keys.setup(tenant_id), keys.service(service_id))
    return to_service(item) if item else None
