"""Doctors and services as items of their practice's partition."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core import keys
from chalicelib.core.shape import to_wire
from chalicelib.core.table import DataItem
from chalicelib.scheduling.model import Doctor, Hours, ScheduleException, Service


class DoctorItem(DataItem):
    """A doctor; the weekly rules are stored as they cross the wire."""

    doctor_id = UnicodeAttribute(attr_name="doctorId")
    name = UnicodeAttribute()
    time_zone = UnicodeAttribute(attr_name="timeZone")
    specialty = UnicodeAttribute()
    service_ids = JSONAttribute(attr_name="serviceIds")
    working_hours = JSONAttribute(attr_name="workingHours")
    breaks = JSONAttribute()
    exceptions = JSONAttribute()


class ServiceItem(DataItem):
    """A service."""

    service_id = UnicodeAttribute(attr_name="serviceId")
    name = UnicodeAttribute()
    duration_minutes = NumberAttribute(attr_name="durationMinutes")
    buffer_before_minutes = NumberAttribute(attr_name="bufferBeforeMinutes")
    buffer_after_minutes = NumberAttribute(attr_name="bufferAfterMinutes")
    price = UnicodeAttribute(null=True)
    color = UnicodeAttribute()


def put_doctor(tenant_id: str, doctor: Doctor) -> None:
    """Store a doctor."""
    DoctorItem(
        keys.tenant(tenant_id),
        keys.doctor(doctor.id),
        doctor_id=doctor.id,
        name=doctor.name,
        time_zone=doctor.time_zone,
        specialty=doctor.specialty,
        service_ids=doctor.service_ids,
        working_hours=to_wire(doctor.working_hours),
        breaks=to_wire(doctor.breaks),
        exceptions=to_wire(doctor.exceptions),
    ).save()


def put_service(tenant_id: str, service: Service) -> None:
    """Store a service."""
    ServiceItem(
        keys.tenant(tenant_id),
        keys.service(service.id),
        service_id=service.id,
        name=service.name,
        duration_minutes=service.duration_minutes,
        buffer_before_minutes=service.buffer_before_minutes,
        buffer_after_minutes=service.buffer_after_minutes,
        price=service.price,
        color=service.color,
    ).save()


def doctors(tenant_id: str) -> list[Doctor]:
    """All doctors of a practice."""
    prefix = DoctorItem.sk.startswith(keys.doctor(""))
    return [_doctor(item) for item in DoctorItem.query(keys.tenant(tenant_id), prefix)]


def services(tenant_id: str) -> list[Service]:
    """All services of a practice."""
    prefix = ServiceItem.sk.startswith(keys.service(""))
    return [_service(item) for item in ServiceItem.query(keys.tenant(tenant_id), prefix)]


def find_doctor(tenant_id: str, doctor_id: str) -> Doctor | None:
    """One doctor."""
    item = DoctorItem.read(keys.tenant(tenant_id), keys.doctor(doctor_id))
    return _doctor(item) if item else None


def find_service(tenant_id: str, service_id: str) -> Service | None:
    """One service."""
    item = ServiceItem.read(keys.tenant(tenant_id), keys.service(service_id))
    return _service(item) if item else None


def _doctor(item: DoctorItem) -> Doctor:
    return Doctor(
        id=item.doctor_id,
        name=item.name,
        time_zone=item.time_zone,
        specialty=item.specialty,
        service_ids=item.service_ids,
        working_hours=[Hours(**hours) for hours in item.working_hours],
        breaks=[Hours(**hours) for hours in item.breaks],
        exceptions=[ScheduleException(**exception) for exception in item.exceptions],
    )


def _service(item: ServiceItem) -> Service:
    return Service(
        id=item.service_id,
        name=item.name,
        duration_minutes=int(item.duration_minutes),
        buffer_before_minutes=int(item.buffer_before_minutes),
        buffer_after_minutes=int(item.buffer_after_minutes),
        price=item.price,
        color=item.color,
    )
