"""What a practice shows to those who book without an account."""

from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.accounts.model import Tenant
from chalicelib.accounts.service import tenants
from chalicelib.core.http.errors import NotFound
from chalicelib.core.http.schema import Schema
from chalicelib.scheduling.model import BookingRules, Doctor, Service
from chalicelib.scheduling.store import tenant_schedule


@dataclass(frozen=True, slots=True)
class PublicDoctor(Schema):
    """A doctor as patients see them: who, where, and for which services."""

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
    """A practice's page: what is done there and by whom, by name, and the rules of booking."""

    name: str
    slug: str
    time_zone: str
    services: list[PublicService]
    doctors: list[PublicDoctor]
    booking_rules: BookingRules


def get_tenant_by_slug(slug: str) -> Tenant:
    """The practice with this public address; two calls.

    Raises:
        NotFound: there is none.
    """
    tenant = tenants.find_tenant_by_slug(slug)
    if tenant is None:
        raise NotFound("There is no practice at this address.")
    return tenant


def get_public_tenant(slug: str) -> PublicTenant:
    """What patients may see of a practice: nothing archived, and nothing of members or appointments. Three calls.

    Raises:
        NotFound: there is no practice at this address.
    """
    tenant = get_tenant_by_slug(slug)
    setup = tenant_schedule.load_schedule(tenant.id)
    services = {each.id: _to_public_service(each) for each in setup.services.values() if not each.archived}
    doctors = [_to_public_doctor(each, services) for each in setup.doctors.values() if not each.archived]
    return PublicTenant(
        name=tenant.name,
        slug=tenant.slug,
        time_zone=tenant.time_zone,
        services=sorted(services.values(), key=lambda service: service.name),
        doctors=sorted(doctors, key=lambda doctor: doctor.name),
        booking_rules=setup.rules,
    )


def _to_public_service(service: Service) -> PublicService:
    return PublicService(service.id, service.name, service.duration_minutes, service.price, service.color)


def _to_public_doctor(doctor: Doctor, offered: Collection[str]) -> PublicDoctor:
    service_ids = [service_id for service_id in doctor.service_ids if service_id in offered]
    return PublicDoctor(doctor.id, doctor.name, doctor.specialty, doctor.time_zone, service_ids)
