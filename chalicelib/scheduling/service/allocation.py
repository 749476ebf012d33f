"""Taking time and giving it back: the doctor's, and that of whatever a service needs."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.dynamodb.item import Image
from chalicelib.core.dynamodb.keys import HourKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.scheduling.model import Need, Service, Span, TenantSchedule
from chalicelib.scheduling.model.allocation import (
    MAX_APPOINTMENT_HOURS,
    Allocation,
    AllocationChange,
    AllocationConflict,
    AllocationRefused,
    AllocationState,
    CalendarOwner,
    Reservation,
    SlotChange,
)
from chalicelib.scheduling.model.span import cells_to_spans
from chalicelib.scheduling.store import allocation

C = TypeVar("C")
T = TypeVar("T")
# Others may take the room that was chosen; then there may be another.
_MAX_ATTEMPTS = 4
_MAX_DURATION = timedelta(hours=MAX_APPOINTMENT_HOURS)


def add_allocation_change(
    transaction: Transaction, tenant_id: str, claim: AllocationChange, now: datetime
) -> None:
    """Make a transaction take and free time; one update for each hour of each owner.

    It is refused with `AllocationRefused`.
    """
    allocation.add_allocation_change(transaction, tenant_id, claim, now)


def allocate_with_retry(choose: Callable[[], C], attempt: Callable[[C], T]) -> T:
    """Take what is chosen; another room or device if the one that was free a moment ago is not any more.

    Raises:
        CellsTaken: the doctor's time is taken, or all that is needed.
    """
    for _ in range(_MAX_ATTEMPTS - 1):
        chosen = choose()
        try:
            return attempt(chosen)
        except AllocationRefused as refusal:
            if any(taken.owner.kind == "doctor" for taken in refusal.conflicts):
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
    """What an appointment takes: its time with the buffers, of the doctor and of free rooms and devices, those in
    `prefer` first. A call for each candidate that is looked at. Cells under a name in `mine` count as free.

    Raises:
        CellsTaken: nothing that is needed is free.
        Invalid: it would take too long.
    """
    span = service.occupied_span(*visible_span)
    if span.end - span.start > _MAX_DURATION:
        raise ValidationFailed(
            [FieldError("endsAt", f"makes it longer than {MAX_APPOINTMENT_HOURS} hours, buffers included")]
        )
    candidates = [_candidates(need, schedule, preferred_owners) for need in service.needs]
    busy: dict[CalendarOwner, list[AllocationConflict]] = {}

    def is_free(owner: CalendarOwner) -> bool:
        if owner not in busy:
            busy[owner] = find_conflicts(tenant_id, owner, span, now=now, owned_ids=owned_ids)
        return not busy[owner]

    chosen = next(_choices(candidates, is_free), None)
    if chosen is None:
        raise AllocationRefused([one for each in busy.values() for one in each])
    return Allocation(span, (CalendarOwner("doctor", doctor_id), *chosen))


def _candidates(
    need: Need, schedule: TenantSchedule, preferred_owners: Collection[CalendarOwner]
) -> list[CalendarOwner]:
    known = [each for each in need.any_of if each in schedule.resources and not schedule.resources[each].archived]
    owners = [CalendarOwner("resource", each) for each in known]
    return sorted(owners, key=lambda owner: owner not in preferred_owners)


def _choices(
    candidates: Sequence[list[CalendarOwner]],
    is_free: Callable[[CalendarOwner], bool],
    chosen: tuple[CalendarOwner, ...] = (),
) -> Iterator[tuple[CalendarOwner, ...]]:
    if not candidates:
        yield chosen
        return
    for owner in candidates[0]:
        if owner not in chosen and is_free(owner):
            yield from _choices(candidates[1:], is_free, (*chosen, owner))


def find_conflicts(
    tenant_id: str, owner: CalendarOwner, within: Span, *, now: datetime, owned_ids: Collection[str] = ()
) -> list[AllocationConflict]:
    """Who has which stretches of an owner's time, in order, those of this moment too; one call."""
    found: dict[Reservation, list[int]] = {}
    for number, occupant in allocation.reserved_cells(tenant_id, owner, within, consistent=True):
        if occupant.id not in owned_ids and occupant.is_live(now):
            found.setdefault(occupant, []).append(number)
    stretches = [
        AllocationConflict(owner, span, occupant)
        for occupant, numbers in found.items()
        for span in cells_to_spans(iter(numbers))
    ]
    return sorted(stretches, key=lambda one: one.span)


def busy_spans(
    tenant_id: str,
    owner: CalendarOwner,
    within: Span,
    *,
    now: datetime,
    owned_ids: Collection[str] = (),
    consistent: bool = False,
) -> list[Span]:
    """The stretches of an owner's time that are taken, in whole cells, in order and apart; one call."""
    numbers = allocation.busy_cells(tenant_id, owner, within, now=now, owned_ids=owned_ids, consistent=consistent)
    return list(cells_to_spans(numbers))


def booked_reservations(
    tenant_id: str, doctor_id: str, within: Span, *, clock: Clock = utc_now
) -> list[Reservation]:
    """The appointments that have a doctor's time, in order; one call."""
    found = list_reservations(tenant_id, doctor_id, within, clock=clock)
    return [occupant for occupant in found if occupant.expires_at is None]


def list_reservations(
    tenant_id: str, doctor_id: str, within: Span, *, clock: Clock = utc_now
) -> list[Reservation]:
    """The appointments and holds that have a doctor's time, in order, those of this moment too; one call."""
    cells = allocation.reserved_cells(tenant_id, CalendarOwner("doctor", doctor_id), within, consistent=True)
    now = clock()
    live = {occupant for _, occupant in cells if occupant.is_live(now)}
    return sorted(live, key=lambda occupant: (occupant.span, occupant.id))


def slot_changes(key: HourKey, old: Image | None, new: Image | None) -> list[SlotChange]:
    """What people see happen to a doctor's time, given the images of a sheet's stream record.

    Each change is told once, by the sheet that has its start, though it may reach over several. What became free
    comes first, then what is taken; that includes what somebody else has of the freed time by now, whose hold had
    lapsed.
    """
    before, after = (allocation.reservations_in_image(image) if image else [] for image in (old, new))
    had, has = _starting_here(before), _starting_here(after)
    gone = [span for span in had if span not in has]
    come = {span: state for span, state in has.items() if had.get(span) != state}
    stays = {
        occupant.span: occupant.state
        for _, occupant in after
        if any(occupant.span.overlaps(span) for span in gone)
    }
    free = [SlotChange(key.doctor_id, span, "free") for span in gone]
    return free + [SlotChange(key.doctor_id, span, state) for span, state in {**stays, **come}.items()]


def _starting_here(occupied: Iterable[tuple[int, Reservation]]) -> dict[Span, AllocationState]:
    """The spans that begin in a sheet, and their states. A hold that lapses is told when its cells are freed."""
    return {one.span: one.state for number, one in occupied if number == one.span.cells()[0]}
