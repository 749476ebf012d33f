"""Allocation of time: take, release and read the time of doctors, rooms and devices."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import HourKey
from chalicelib.core.http.errors import ValidationFailed
from chalicelib.scheduling.model.allocation import (
    MAX_APPOINTMENT_HOURS,
    TOO_LONG,
    Allocation,
    AllocationConflict,
    AllocationRefused,
    AllocationState,
    CalendarOwner,
    Reservation,
    SlotChange,
    cells_of,
    cells_to_spans,
)
from chalicelib.scheduling.model.service import Need, Service
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule, active
from chalicelib.scheduling.store import allocation as store
from chalicelib.scheduling.store.allocation import add_allocation_change, allocation_from_json, allocation_to_json

__all__ = [
    "add_allocation_change",
    "allocate_with_retry",
    "allocation_from_json",
    "allocation_to_json",
    "booked_reservations",
    "busy_spans",
    "choose_allocation",
    "find_conflicts",
    "list_reservations",
    "slot_changes",
]


C = TypeVar("C")
T = TypeVar("T")
# Each attempt may choose another room, since others can take the chosen one meanwhile.
_MAX_ATTEMPTS = 4
_MAX_DURATION = timedelta(hours=MAX_APPOINTMENT_HOURS)


def allocate_with_retry(choose: Callable[[], C], attempt: Callable[[C], T]) -> T:
    """Choose resources and allocate them; choose again if others took them in between.

    Raises:
        AllocationRefused: the doctor's time is taken, or no resource is free.
    """
    for _ in range(_MAX_ATTEMPTS - 1):
        chosen = choose()
        try:
            return attempt(chosen)
        except AllocationRefused as refusal:
            if any(conflict.owner.kind == "doctor" for conflict in refusal.conflicts):
                raise
    return attempt(choose())


def choose_allocation(
    tenant_id: str,
    schedule: TenantSchedule,
    doctor_id: str,
    service: Service,
    visible_span: Span,
    *,
    now: datetime,
    preferred_owners: Collection[CalendarOwner] = (),
    owned_ids: Collection[str] = (),
) -> Allocation:
    """Return the time that an appointment takes of its doctor and of free resources.

    Buffers are included. Resources in `preferred_owners` come first. Cells that carry one of `owned_ids` count as
    free. One call for each resource that is looked at.

    Raises:
        AllocationRefused: no resource is free for one of the needs.
        ValidationFailed: the appointment would be too long.
    """
    span = service.occupied_span(*visible_span)
    if span.end - span.start > _MAX_DURATION:
        raise ValidationFailed([TOO_LONG])
    candidates = [_candidates(need, schedule, preferred_owners) for need in service.needs]
    conflicts: dict[CalendarOwner, list[AllocationConflict]] = {}

    def is_free(owner: CalendarOwner) -> bool:
        if owner not in conflicts:
            conflicts[owner] = find_conflicts(tenant_id, owner, span, now=now, owned_ids=owned_ids)
        return not conflicts[owner]

    chosen = next(_choices(candidates, is_free), None)
    if chosen is None:
        raise AllocationRefused([conflict for of_owner in conflicts.values() for conflict in of_owner])
    return Allocation(span, (CalendarOwner("doctor", doctor_id), *chosen))


def _candidates(
    need: Need, schedule: TenantSchedule, preferred_owners: Collection[CalendarOwner]
) -> list[CalendarOwner]:
    in_use = active(schedule.resources)
    owners = [CalendarOwner("resource", resource_id) for resource_id in need.any_of if resource_id in in_use]
    return sorted(owners, key=lambda owner: owner not in preferred_owners)


def _choices(
    candidates: Sequence[list[CalendarOwner]],
    is_free: Callable[[CalendarOwner], bool],
    chosen: tuple[CalendarOwner, ...] = (),
) -> Iterator[tuple[CalendarOwner, ...]]:
    """Yield every choice of a different free owner for each need."""
    if not candidates:
        yield chosen
        return
    for owner in candidates[0]:
        if owner not in chosen and is_free(owner):
            yield from _choices(candidates[1:], is_free, (*chosen, owner))


def find_conflicts(
    tenant_id: str, owner: CalendarOwner, within: Span, *, now: datetime, owned_ids: Collection[str] = ()
) -> list[AllocationConflict]:
    """Return the taken spans of an owner's time in order, read consistently; one call."""
    cells: dict[Reservation, list[int]] = {}
    for number, reservation in store.reserved_cells(tenant_id, owner, within, consistent=True):
        if reservation.id not in owned_ids and reservation.is_live(now):
            cells.setdefault(reservation, []).append(number)
    conflicts = [
        AllocationConflict(owner, span, reservation)
        for reservation, numbers in cells.items()
        for span in cells_to_spans(numbers)
    ]
    return sorted(conflicts, key=lambda conflict: conflict.span)


def busy_spans(
    tenant_id: str,
    owner: CalendarOwner,
    within: Span,
    *,
    now: datetime,
    owned_ids: Collection[str] = (),
    consistent: bool = False,
) -> list[Span]:
    """Return the taken spans of an owner's time in whole cells, ordered and disjoint.

    One call.
    """
    numbers = store.busy_cells(tenant_id, owner, within, now=now, owned_ids=owned_ids, consistent=consistent)
    return list(cells_to_spans(numbers))


def booked_reservations(
    tenant_id: str, doctor_id: str, within: Span, *, clock: Clock = utc_now
) -> list[Reservation]:
    """Return the appointments in a doctor's time, in order; one call."""
    reservations = list_reservations(tenant_id, doctor_id, within, clock=clock)
    return [reservation for reservation in reservations if reservation.expires_at is None]


def list_reservations(
    tenant_id: str, doctor_id: str, within: Span, *, clock: Clock = utc_now
) -> list[Reservation]:
    """Return the appointments and holds in a doctor's time in order; one call.

    A consistent read.
    """
    cells = store.reserved_cells(tenant_id, CalendarOwner("doctor", doctor_id), within, consistent=True)
    now = clock()
    live = {reservation for _, reservation in cells if reservation.is_live(now)}
    return sorted(live, key=lambda reservation: (reservation.span, reservation.id))


def slot_changes(key: HourKey, old: Image | None, new: Image | None) -> list[SlotChange]:
    """Return the visible changes of a doctor's time.

    `old` and `new` are the images of an hour's stream record. The hour that contains a span's start announces it,
    even if the span reaches into other hours. Freed spans come first, then taken ones. Those include spans that
    overlap a freed one: they replaced a lapsed hold.
    """
    before, after = (store.reservations_in_image(image) if image else [] for image in (old, new))
    old_states, new_states = _starting_here(before), _starting_here(after)
    freed = [span for span in old_states if span not in new_states]
    changed = {span: state for span, state in new_states.items() if old_states.get(span) != state}
    replacing = {
        reservation.span: reservation.state
        for _, reservation in after
        if any(reservation.span.overlaps(span) for span in freed)
    }
    changes = [SlotChange(key.doctor_id, span, "free") for span in freed]
    return changes + [SlotChange(key.doctor_id, span, state) for span, state in {**replacing, **changed}.items()]


def _starting_here(cells: Iterable[tuple[int, Reservation]]) -> dict[Span, AllocationState]:
    """Return the spans that start in an hour, lapsed holds included.

    Their cells are released later.
    """
    return {each.span: each.state for number, each in cells if number == cells_of(each.span)[0]}
