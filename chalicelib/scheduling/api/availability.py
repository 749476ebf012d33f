"""Free time over HTTP: for members, and for those who book without an account."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated

from chalicelib.accounts.service import practice
from chalicelib.core.constraints import Between, Length
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.core.http import Call
from chalicelib.core.shape import Shape, ZoneName
from chalicelib.scheduling.api.moments import Moment, faults_of_range, read
from chalicelib.scheduling.api.routes import routes
from chalicelib.scheduling.model import Slot
from chalicelib.scheduling.service import public
from chalicelib.scheduling.service import search as search_service
from chalicelib.scheduling.service.public import PublicPractice
from chalicelib.scheduling.service.search import Search


@dataclass(frozen=True, slots=True)
class Wanted(Shape):
    """What is looked for: a service with any of these doctors (ids with commas between them) or with anybody, from
    `from` on and before `to`. Dates are read in `time_zone`, which is the practice's unless given.
    """

    service_id: Annotated[str, Length(1, 64)]
    doctor_ids: Annotated[str, Length(1, 4096)] | None = None
    from_: Moment | None = None
    to: Moment | None = None
    time_zone: ZoneName | None = None
    limit: Annotated[int, Between(1, 1000)] = 100

    def search(self, zone: str) -> Search:
        """What to look for, dates being read in this zone.

        Raises:
            Invalid: the range ends before it starts, or is too long.
        """
        start, end = (read(moment, zone) if moment else None for moment in (self.from_, self.to))
        if faults := faults_of_range(start, end):
            raise Invalid(faults)
        doctors = None if self.doctor_ids is None else [one.strip() for one in self.doctor_ids.split(",")]
        return Search(self.service_id, doctors, start, end, self.limit)


@dataclass(frozen=True, slots=True)
class AvailableSlot(Shape):
    """A start that is free. `local_start` is the same instant on the clock of the zone that was asked for."""

    doctor_id: str
    start: datetime
    end: datetime
    local_start: str | None = None


@dataclass(frozen=True, slots=True)
class Availability(Shape):
    """The free starts in order of time, and the zone in which dates were read."""

    slots: list[AvailableSlot]
    time_zone: str


@routes.endpoint("GET", "/availability", query=Wanted, answers=Availability)
def availability(call: Call[None, Wanted]) -> Availability:
    """When a service is free, with whom; what patients are offered."""
    zone = call.query.time_zone or practice.tenant_of(call.principal).time_zone
    return _found(call.principal.tenant_id, call.query, zone)


@routes.endpoint("GET", "/public/{slug}", answers=PublicPractice, public=True, problems=(NotFound,))
def public_practice(call: Call[None, None], slug: str) -> PublicPractice:  # noqa: ARG001 - the same for everybody
    """What a practice shows to those who book without an account."""
    return public.public_setup(slug)


@routes.endpoint(
    "GET", "/public/{slug}/availability", query=Wanted, answers=Availability, public=True, problems=(NotFound,)
)
def public_availability(call: Call[None, Wanted], slug: str) -> Availability:
    """When a service is free, with whom, for those who book without an account."""
    tenant = public.tenant_with_slug(slug)
    return _found(tenant.id, call.query, call.query.time_zone or tenant.time_zone)


def _found(tenant_id: str, wanted: Wanted, zone: str) -> Availability:
    from zoneinfo import ZoneInfo

    slots = search_service.find_slots(tenant_id, wanted.search(zone))
    display = ZoneInfo(wanted.time_zone) if wanted.time_zone else None
    return Availability([_shown(slot, display) for slot in slots], zone)


def _shown(slot: Slot, display: tzinfo | None) -> AvailableSlot:
    local = slot.start.astimezone(display).isoformat() if display else None
    return AvailableSlot(slot.doctor_id, slot.start, slot.end, local)
