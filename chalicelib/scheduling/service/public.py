"""The public view of a tenant, for patients without an account."""

from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.accounts.model import TENANT_NOT_FOUND, Tenant
from chalicelib.accounts.service.tenants import find_tenant_by_slug
from chalicelib.core.http.errors import NotFound
from chalicelib.core.http.schema import Schema
from chalicelib.scheduling.model.booking_rules import BookingRules
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.tenant_schedule import active
from chalicelib.scheduling.store import tenant_schedule as store


@dataclass(frozen=True, slots=True)
class PublicDoctor(Schema):
    """A doctor as patients see them."""

    id: str
    name: str
    specialty: str
    time_zone: str
    service_ids: list[str]


@dataclass(frozen=True, slots=True)
class PublicService(Schema):
    """A service as patients see it."""

    id: str
    name: str
    duration_minutes: int
    price: str | None
    color: str


@dataclass(frozen=True, slots=True)
class PublicTenant(Schema):
    """The public page of a practice: its services, doctors and booking rules.

    Services and doctors are in order of name.
    """

    name: str
    slug: str
    time_zone: str
    services: list[PublicService]
    doctors: list[PublicDoctor]
    booking_rules: BookingRules


def get_tenant_by_slug(slug: str) -> Tenant:
    """Return the tenant with this public address; two calls.

    Raises:
        NotFound: there is none.
    """
    tenant = find_tenant_by_slug(slug)
    if tenant is None:
        raise NotFound(TENANT_NOT_FOUND)
    return tenant


def get_public_tenant(slug: str) -> PublicTenant:
    """Return the public view of a tenant; three calls.

    It has nothing archived, no members and no appointments.

    Raises:
        NotFound: there is no tenant at this address.
    """
    tenant = get_tenant_by_slug(slug)
    schedule = store.load_schedule(tenant.id)
    services = {service.id: _to_public_service(service) for service in active(schedule.services).values()}
    doctors = [_to_public_doctor(doctor, services) for doctor in active(schedule.doctors).values()]
    return PublicTenant(
        name=tenant.name,
        slug=tenant.slug,
        time_zone=tenant.time_zone,
        services=sorted(services.values(), key=lambda service: service.name),
        doctors=sorted(doctors, key=lambda doctor: doctor.name),
        booking_rules=schedule.rules,
    )


def _to_public_service(service: Service) -> PublicService:
    return PublicService(service.id, service.name, service.duration_minutes, service.price, service.color)


def _to_public_doctor(doctor: Doctor, offered: Collection[str]) -> PublicDoctor:
    service_ids = [service_id for service_id in doctor.service_ids if service_id in offered]
    return PublicDoctor(doctor.id, doctor.name, doctor.specialty, doctor.time_zone, service_ids)
