"""Search for free slots, reading no more of the table than the result needs."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.scheduling.model.allocation import CalendarOwner
from chalicelib.scheduling.model.availability.slots import Slot, SlotQuery, next_slots
from chalicelib.scheduling.model.availability.working import working_time
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import UNKNOWN_DOCTOR, UNKNOWN_SERVICE, TenantSchedule, active
from chalicelib.scheduling.service.busy_times import BusyTimes
from chalicelib.scheduling.service.tenant_schedule import load_schedule

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
# Slots to offer in place of a taken one, and how far ahead to look for them.
_MAX_ALTERNATIVES, _ALTERNATIVES_HORIZON = 5, timedelta(days=28)


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """A search for at most `limit` slots of a service that start in `[start, end)`.

    Without `doctor_ids` every doctor counts. `start` defaults to now, `end` to the horizon of the booking rules.
    """

    service_id: str
    doctor_ids: Sequence[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    limit: int = 100


def find_slots(
    tenant_id: str, search: SlotSearch, *, clock: Clock = utc_now, owned_ids: Collection[str] = ()
) -> list[Slot]:
    """Return the first slots that match a search, in order of time.

    Cells that carry one of `owned_ids` count as free. One query for the schedule, then one for each doctor that
    offers the service and works in the range, and for each room or device that it can take. A range longer than a
    week is read in steps, no further than needed.

    Raises:
        ValidationFailed: the service or a doctor is unknown or archived.
    """
    schedule = load_schedule(tenant_id)
    service, doctors = _resolve_search(schedule, search)
    now = clock()
    within = Span(search.start or now, search.end or now + timedelta(days=schedule.rules.horizon_days))
    return _SlotFinder(tenant_id, schedule, service, within, now, owned_ids).next_slots(doctors, search.limit)


def find_alternatives(
    tenant_id: str,
    schedule: TenantSchedule,
    service_id: str,
    doctor_id: str,
    start: datetime,
    *,
    now: datetime,
    owned_ids: Collection[str] = (),
) -> list[Slot]:
    """Return up to five slots in place of a taken one.

    First the same doctor's from this start on, then those of others. Empty if the service is archived. Reads are
    consistent, because the slot was often taken a moment ago and must not be offered again.
    """
    service, doctor = schedule.services.get(service_id), schedule.doctors.get(doctor_id)
    if service is None or service.archived:
        return []
    within = Span(start, start + _ALTERNATIVES_HORIZON)
    finder = _SlotFinder(tenant_id, schedule, service, within, now, owned_ids, consistent=True)
    own = finder.next_slots([doctor] if doctor else [], _MAX_ALTERNATIVES)
    others = [other for other in schedule.doctors.values() if other.id != doctor_id]
    return own + finder.next_slots(others, _MAX_ALTERNATIVES - len(own))


def _resolve_search(schedule: TenantSchedule, search: SlotSearch) -> tuple[Service, list[Doctor]]:
    service = schedule.services.get(search.service_id)
    present = active(schedule.doctors)
    doctor_ids = list(dict.fromkeys(present if search.doctor_ids is None else search.doctor_ids))
    errors = [
        FieldError("doctorIds", f"names {doctor_id}, which {UNKNOWN_DOCTOR.message}")
        for doctor_id in doctor_ids
        if doctor_id not in present
    ]
    if service is None or service.archived:
        errors.append(UNKNOWN_SERVICE)
    if service is None or errors:
        raise ValidationFailed(errors)
    return service, [present[doctor_id] for doctor_id in doctor_ids]


class _SlotFinder:
    """A search for slots of one service of one tenant within a range."""

    def __init__(
        self,
        tenant_id: str,
        schedule: TenantSchedule,
        service: Service,
        within: Span,
        now: datetime,
        owned_ids: Collection[str],
        *,
        consistent: bool = False,
    ) -> None:
        rules = schedule.rules
        earliest = now + timedelta(minutes=rules.minimum_notice_minutes)
        latest = now + timedelta(days=rules.horizon_days)
        self._within = Span(max(within.start, earliest), min(within.end, latest))
        self._lead = timedelta(minutes=service.buffer_before_minutes)
        self._tail = timedelta(minutes=service.duration_minutes + service.buffer_after_minutes)
        since = self._within.start - self._lead
        self._busy_times = BusyTimes(tenant_id, since, now=now, owned_ids=owned_ids, consistent=consistent)
        self._schedule, self._service, self._now = schedule, service, now
        in_use = active(schedule.resources)
        self._needs = [[candidate for candidate in need.any_of if candidate in in_use] for need in service.needs]

    def next_slots(self, doctors: Sequence[Doctor], limit: int) -> list[Slot]:
        """Return the first slots with any of these doctors."""
        found: list[Slot] = []
        offering = [doctor for doctor in doctors if self._service.id in doctor.service_ids and not doctor.archived]
        for window in _search_windows(self._within):
            if len(found) < limit:
                found += self._slots_in(window, offering, limit - len(found))
        return found

    def _slots_in(self, window: Span, doctors: Sequence[Doctor], limit: int) -> list[Slot]:
        until = window.end + self._tail
        at_work = [doctor for doctor in doctors if working_time(doctor, Span(window.start, until))]
        if not at_work:
            return []
        candidates = {candidate for need in self._needs for candidate in need}
        owners = [CalendarOwner("doctor", doctor.id) for doctor in at_work]
        owners += [CalendarOwner("resource", candidate) for candidate in candidates]
        self._busy_times.load(owners, until)
        return next_slots([self._slot_query(doctor) for doctor in at_work], window, self._now, limit)

    def _slot_query(self, doctor: Doctor) -> SlotQuery:
        spans_of = self._busy_times.spans_of
        needs = [
            {candidate: spans_of(CalendarOwner("resource", candidate)) for candidate in need}
            for need in self._needs
        ]
        busy = spans_of(CalendarOwner("doctor", doctor.id))
        return SlotQuery(doctor, self._service, self._schedule.rules, busy, needs)


def _search_windows(within: Span) -> Iterator[Span]:
    """Split a long range into a day, a week, and then four weeks at a time.

    A range of up to a week stays whole.
    """
    start, length = within.start, _WEEK if within.end - within.start <= _WEEK else _DAY
    while start < within.end:
        end = min(start + length, within.end)
        yield Span(start, end)
        start, length = end, _WEEK if length == _DAY else 4 * _WEEK
