"""Free slots over HTTP: for members, and for patients without an account."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated

from chalicelib.accounts.service.tenants import get_tenant
from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.errors import NotFound, ValidationFailed
from chalicelib.core.http.requests import PublicRequest, Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema, ZoneName
from chalicelib.scheduling.api.date_or_instant import DateOrInstant, range_errors, to_instant
from chalicelib.scheduling.model.availability.slots import Slot
from chalicelib.scheduling.service.public import PublicTenant, get_public_tenant, get_tenant_by_slug
from chalicelib.scheduling.service.search import SlotSearch, find_slots


@dataclass(frozen=True, slots=True)
class AvailabilityQuery(Schema):
    """A search for free starts of a service, from `from` on and before `to`.

    `doctor_ids` are separated by commas; without them every doctor counts. Dates are read in `time_zone`, by
    default the practice's.
    """

    service_id: Annotated[str, Length(1, 64)]
    doctor_ids: Annotated[str, Length(1, 4096)] | None = None
    from_: DateOrInstant | None = None
    to: DateOrInstant | None = None
    time_zone: ZoneName | None = None
    limit: Annotated[int, Range(1, 1000)] = 100

    def to_search(self, zone: str) -> SlotSearch:
        """Return the search, with dates read in this zone.

        Raises:
            ValidationFailed: the range is empty or too long.
        """
        start, end = (to_instant(bound, zone) if bound else None for bound in (self.from_, self.to))
        if errors := range_errors(start, end):
            raise ValidationFailed(errors)
        doctor_ids = None if self.doctor_ids is None else [text.strip() for text in self.doctor_ids.split(",")]
        return SlotSearch(self.service_id, doctor_ids, start, end, self.limit)


@dataclass(frozen=True, slots=True)
class AvailableSlot(Schema):
    """A free start with one doctor.

    `local_start` is the same instant on the clock of the requested time zone.
    """

    doctor_id: str
    start: datetime
    end: datetime
    local_start: str | None = None


@dataclass(frozen=True, slots=True)
class Availability(Schema):
    """The free starts in order of time, and the time zone in which dates were read."""

    slots: list[AvailableSlot]
    time_zone: str


@endpoint(query=AvailabilityQuery, response=Availability)
def availability(request: Request[None, AvailabilityQuery]) -> Availability:
    """Find free starts of a service, by the same rules as for patients."""
    zone = request.query.time_zone or get_tenant(request.principal).time_zone
    return _find(request.principal.tenant_id, request.query, zone)


@endpoint(response=PublicTenant, public=True, errors=(NotFound,))
def public_practice(request: PublicRequest[None, None], slug: str) -> PublicTenant:  # noqa: ARG001 - the same for all callers
    """Return the public page of a practice."""
    return get_public_tenant(slug)


@endpoint(query=AvailabilityQuery, response=Availability, public=True, errors=(NotFound,))
def public_availability(request: PublicRequest[None, AvailabilityQuery], slug: str) -> Availability:
    """Find free starts of a service without an account."""
    tenant = get_tenant_by_slug(slug)
    return _find(tenant.id, request.query, request.query.time_zone or tenant.time_zone)


def _find(tenant_id: str, query: AvailabilityQuery, zone: str) -> Availability:
    from zoneinfo import ZoneInfo

    slots = find_slots(tenant_id, query.to_search(zone))
    local_zone = ZoneInfo(query.time_zone) if query.time_zone else None
    return Availability([_to_available_slot(slot, local_zone) for slot in slots], zone)


def _to_available_slot(slot: Slot, local_zone: tzinfo | None) -> AvailableSlot:
    local = slot.start.astimezone(local_zone).isoformat() if local_zone else None
    return AvailableSlot(slot.doctor_id, slot.start, slot.end, local)
