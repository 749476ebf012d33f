"""Doctors, services, rooms, devices and rules as items; lists are stored as they cross the wire."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model import (
    BookingRules,
    Doctor,
    Hours,
    Need,
    Resource,
    ResourceKind,
    ScheduleException,
    Service,
)


class DoctorItem(DataItem):
    """A doctor. `archived` is there only if they are."""

    doctor_id = UnicodeAttribute(attr_name="doctorId")
    name = UnicodeAttribute()
    time_zone = UnicodeAttribute(attr_name="timeZone")
    specialty = UnicodeAttribute()
    service_ids = JSONAttribute(attr_name="serviceIds")
    working_hours = JSONAttribute(attr_name="workingHours")
    breaks = JSONAttribute()
    exceptions = JSONAttribute()
    archived = BooleanAttribute(null=True)


class ServiceItem(DataItem):
    """A service; an older one needs nothing. `archived` is there only if it is."""

    service_id = UnicodeAttribute(attr_name="serviceId")
    name = UnicodeAttribute()
    duration_minutes = NumberAttribute(attr_name="durationMinutes")
    buffer_before_minutes = NumberAttribute(attr_name="bufferBeforeMinutes")
    buffer_after_minutes = NumberAttribute(attr_name="bufferAfterMinutes")
    price = UnicodeAttribute(null=True)
    color = UnicodeAttribute()
    needs = JSONAttribute(null=True)
    archived = BooleanAttribute(null=True)


class ResourceItem(DataItem):
    """A room or a device. `archived` is there only if it is."""

    resource_id = UnicodeAttribute(attr_name="resourceId")
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    archived = BooleanAttribute(null=True)


class RulesItem(DataItem):
    """The rules of booking."""

    minimum_notice_minutes = NumberAttribute(attr_name="minimumNoticeMinutes")
    horizon_days = NumberAttribute(attr_name="horizonDays")
    slot_step_minutes = NumberAttribute(attr_name="slotStepMinutes")
    change_cutoff_minutes = NumberAttribute(attr_name="changeCutoffMinutes")


def doctor_item(tenant_id: str, doctor: Doctor) -> DoctorItem:
    """The item of a doctor."""
    return DoctorItem.for_key(
        keys.doctor_key(tenant_id, doctor.id),
        doctor_id=doctor.id,
        name=doctor.name,
        time_zone=doctor.time_zone,
        specialty=doctor.specialty,
        service_ids=doctor.service_ids,
        working_hours=to_json(doctor.working_hours),
        breaks=to_json(doctor.breaks),
        exceptions=to_json(doctor.exceptions),
        archived=doctor.archived or None,
    )


def service_item(tenant_id: str, service: Service) -> ServiceItem:
    """The item of a service."""
    return ServiceItem.for_key(
        keys.service_key(tenant_id, service.id),
        service_id=service.id,
        name=service.name,
        duration_minutes=service.duration_minutes,
        buffer_before_minutes=service.buffer_before_minutes,
        buffer_after_minutes=service.buffer_after_minutes,
        price=service.price,
        color=service.color,
        needs=to_json(service.needs),
        archived=service.archived or None,
    )


def resource_item(tenant_id: str, resource: Resource) -> ResourceItem:
    """The item of a room or a device."""
    return ResourceItem.for_key(
        keys.resource_key(tenant_id, resource.id),
        resource_id=resource.id,
        name=resource.name,
        kind=resource.kind,
        archived=resource.archived or None,
    )


def rules_item(tenant_id: str, rules: BookingRules) -> RulesItem:
    """The item of a practice's rules of booking."""
    return RulesItem.for_key(
        keys.rules_key(tenant_id),
        minimum_notice_minutes=rules.minimum_notice_minutes,
        horizon_days=rules.horizon_days,
        slot_step_minutes=rules.slot_step_minutes,
        change_cutoff_minutes=rules.change_cutoff_minutes,
    )


def to_doctor(item: DoctorItem) -> Doctor:
    """The doctor in an item."""
    return Doctor(
        id=item.doctor_id,
        name=item.name,
        time_zone=item.time_zone,
        specialty=item.specialty,
        service_ids=item.service_ids,
        working_hours=[Hours(**hours) for hours in item.working_hours],
        breaks=[Hours(**hours) for hours in item.breaks],
        exceptions=[ScheduleException(**exception) for exception in item.exceptions],
        archived=bool(item.archived),
    )


def to_service(item: ServiceItem) -> Service:
    """The service in an item."""
    return Service(
        id=item.service_id,
        name=item.name,
        duration_minutes=int(item.duration_minutes),
        buffer_before_minutes=int(item.buffer_before_minutes),
        buffer_after_minutes=int(item.buffer_after_minutes),
        price=item.price,
        color=item.color,
        needs=[Need(need["anyOf"]) for need in item.needs or []],
        archived=bool(item.archived),
    )


def to_resource(item: ResourceItem) -> Resource:
    """The room or device in an item."""
    kind: ResourceKind = "device" if item.kind == "device" else "room"
    return Resource(item.resource_id, item.name, kind, archived=bool(item.archived))


def to_rules(item: RulesItem) -> BookingRules:
    """The rules of booking in an item."""
    return BookingRules(
        minimum_notice_minutes=int(item.minimum_notice_minutes),
        horizon_days=int(item.horizon_days),
        slot_step_minutes=int(item.slot_step_minutes),
        change_cutoff_minutes=int(item.change_cutoff_minutes),
    )
