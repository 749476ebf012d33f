"""Free time over HTTP: for members, and for those who book without an account."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated

from chalicelib.accounts.service import tenants
from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.errors import NotFound, ValidationFailed
from chalicelib.core.http.requests import Request
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema, ZoneName
from chalicelib.scheduling.api.date_or_instant import DateOrInstant, range_errors, to_instant
from chalicelib.scheduling.model import Slot
from chalicelib.scheduling.service import public, search
from chalicelib.scheduling.service.public import PublicTenant
from chalicelib.scheduling.service.search import SlotSearch


@dataclass(frozen=True, slots=True)
class AvailabilityQuery(Schema):
    """What is looked for: a service with any of these doctors (ids with commas between them) or with anybody, from
    `from` on and before `to`. Dates are read in `time_zone`, which is the practice's unless given.
    """

    service_id: Annotated[str, Length(1, 64)]
    doctor_ids: Annotated[str, Length(1, 4096)] | None = None
    from_: DateOrInstant | None = None
    to: DateOrInstant | None = None
    time_zone: ZoneName | None = None
    limit: Annotated[int, Range(1, 1000)] = 100

    def to_search(self, zone: str) -> SlotSearch:
        """What to look for, dates being read in this zone.

        Raises:
            Invalid: the range ends before it starts, or is too long.
        """
        start, end = (to_instant(moment, zone) if moment else None for moment in (self.from_, self.to))
        if faults := range_errors(start, end):
            raise ValidationFailed(faults)
        doctors = None if self.doctor_ids is None else [one.strip() for one in self.doctor_ids.split(",")]
        return SlotSearch(self.service_id, doctors, start, end, self.limit)


@dataclass(frozen=True, slots=True)
class AvailableSlot(Schema):
    """A start that is free. `local_start` is the same instant on the clock of the zone that was asked for."""

    doctor_id: str
    start: datetime
    end: datetime
    local_start: str | None = None


@dataclass(frozen=True, slots=True)
class Availability(Schema):
    """The free starts in order of time, and the zone in which dates were read."""

    slots: list[AvailableSlot]
    time_zone: str


@endpoint(query=AvailabilityQuery, response=Availability)
def availability(request: Request[None, AvailabilityQuery]) -> Availability:
    """When a service is free, with whom; what patients are offered."""
    zone = request.query.time_zone or tenants.get_tenant(request.principal).time_zone
    return _find(request.principal.tenant_id, request.query, zone)


@endpoint(response=PublicTenant, public=True, errors=(NotFound,))
def public_practice(request: Request[None, None], slug: str) -> PublicTenant:  # noqa: ARG001 - the same for everybody
    """What a practice shows to those who book without an account."""
    return public.get_public_tenant(slug)


@endpoint(query=AvailabilityQuery, response=Availability, public=True, errors=(NotFound,))
def public_availability(request: Request[None, AvailabilityQuery], slug: str) -> Availability:
    """When a service is free, with whom, for those who book without an account."""
    tenant = public.get_tenant_by_slug(slug)
    return _find(tenant.id, request.query, request.query.time_zone or tenant.time_zone)


def _find(tenant_id: str, wanted: AvailabilityQuery, zone: str) -> Availability:
    from zoneinfo import ZoneInfo

    slots = search.find_slots(tenant_id, wanted.to_search(zone))
    display = ZoneInfo(wanted.time_zone) if wanted.time_zone else None
    return Availability([_to_available_slot(slot, display) for slot in slots], zone)


def _to_available_slot(slot: Slot, display: tzinfo | None) -> AvailableSlot:
    local = slot.start.astimezone(display).isoformat() if display else None
    return AvailableSlot(slot.doctor_id, slot.start, slot.end, local)
