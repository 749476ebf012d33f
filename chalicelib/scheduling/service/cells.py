"""Taking time and giving it back: the doctor's, and that of whatever a service needs."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pynamodb.transactions import TransactWrite

from chalicelib.core import keys
from chalicelib.core.clock import Clock, utc_now
from chalicelib.core.errors import Fault, Invalid
from chalicelib.scheduling.model import Need, Service, Setup, Span
from chalicelib.scheduling.model.cells import (
    MOST_HOURS,
    CellsTaken,
    Claim,
    Occupant,
    Occupation,
    SlotChange,
    State,
    Taken,
)
from chalicelib.scheduling.model.span import spans_of_cells
from chalicelib.scheduling.store import cells as store

C = TypeVar("C")
T = TypeVar("T")
# Others may take the room that was chosen; then there may be another.
_ATTEMPTS = 4
_MOST = timedelta(hours=MOST_HOURS)


def add_claim(write: TransactWrite, tenant_id: str, claim: Claim, now: datetime) -> None:
    """Make a transaction take and free time; one update for each hour and owner, `len(claim.sheets())` in all."""
    store.add_claim(write, tenant_id, claim, now)


def refused(claim: Claim, images: Sequence[dict[str, Any] | None], now: datetime) -> CellsTaken:
    """Why a claim did not happen, given what its part of a transaction was refused with."""
    return CellsTaken(store.taken_in(claim, images, now))


def claiming(choose: Callable[[], C], attempt: Callable[[C], T]) -> T:
    """Take what is chosen; another room or device if the one that was free a moment ago is not any more.

    Raises:
        CellsTaken: the doctor's time is taken, or all that is needed.
    """
    for _ in range(_ATTEMPTS - 1):
        chosen = choose()
        try:
            return attempt(chosen)
        except CellsTaken as refusal:
            if any(taken.owner.startswith(keys.doctor("")) for taken in refusal.taken):
                raise
    return attempt(choose())


def occupation(
    tenant_id: str,
    setup: Setup,
    doctor_id: str,
    service: Service,
    shown: Span,
    *,
    now: datetime,
    prefer: Collection[str] = (),
    mine: Collection[str] = (),
) -> Occupation:
    """What an appointment takes: its time with the buffers, of the doctor and of free rooms and devices, those in
    `prefer` first. A call for each candidate that is looked at. Cells under a name in `mine` count as free.

    Raises:
        CellsTaken: nothing that is needed is free.
        Invalid: it would take too long.
    """
    span = service.occupied(*shown)
    if span.end - span.start > _MOST:
        raise Invalid([Fault("endsAt", f"makes it longer than {MOST_HOURS} hours, buffers included")])
    candidates = [_candidates(need, setup, prefer) for need in service.needs]
    busy: dict[str, list[Taken]] = {}

    def is_free(owner: str) -> bool:
        if owner not in busy:
            busy[owner] = taken(tenant_id, owner, span, now=now, mine=mine)
        return not busy[owner]

    chosen = next(_choices(candidates, is_free), None)
    if chosen is None:
        raise CellsTaken([one for each in busy.values() for one in each])
    return Occupation(span, (keys.doctor(doctor_id), *chosen))


def _candidates(need: Need, setup: Setup, prefer: Collection[str]) -> list[str]:
    known = [each for each in need.any_of if each in setup.resources and not setup.resources[each].archived]
    owners = [keys.resource(each) for each in known]
    return sorted(owners, key=lambda owner: owner not in prefer)


def _choices(
    candidates: Sequence[list[str]], is_free: Callable[[str], bool], chosen: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    if not candidates:
        yield chosen
        return
    for owner in candidates[0]:
        if owner not in chosen and is_free(owner):
            yield from _choices(candidates[1:], is_free, (*chosen, owner))


def taken(tenant_id: str, owner: str, within: Span, *, now: datetime, mine: Collection[str] = ()) -> list[Taken]:
    """Who has which stretches of an owner's time, in order, those of this moment too; one call."""
    found: dict[Occupant, list[int]] = {}
    for number, occupant in store.cells_between(tenant_id, owner, within, consistent=True):
        if occupant.id not in mine and occupant.is_live(now):
            found.setdefault(occupant, []).append(number)
    stretches = [
        Taken(owner, span, occupant)
        for occupant, numbers in found.items()
        for span in spans_of_cells(iter(numbers))
    ]
    return sorted(stretches, key=lambda one: one.span)


def busy(
    tenant_id: str,
    owner: str,
    within: Span,
    *,
    now: datetime,
    mine: Collection[str] = (),
    consistent: bool = False,
) -> list[Span]:
    """The stretches of an owner's time that are taken, in whole cells, in order and apart; one call."""
    numbers = store.taken_between(tenant_id, owner, within, now=now, mine=mine, consistent=consistent)
    return list(spans_of_cells(numbers))


def booked(tenant_id: str, doctor_id: str, within: Span, *, clock: Clock = utc_now) -> list[Occupant]:
    """The appointments that have a doctor's time, in order; one call."""
    found = occupants(tenant_id, doctor_id, within, clock=clock)
    return [occupant for occupant in found if occupant.until is None]


def occupants(tenant_id: str, doctor_id: str, within: Span, *, clock: Clock = utc_now) -> list[Occupant]:
    """The appointments and holds that have a doctor's time, in order, those of this moment too; one call."""
    cells = store.cells_between(tenant_id, keys.doctor(doctor_id), within, consistent=True)
    now = clock()
    live = {occupant for _, occupant in cells if occupant.is_live(now)}
    return sorted(live, key=lambda occupant: (occupant.span, occupant.id))


def changes_of(partition: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[SlotChange]:
    """What people see happen to a doctor's time, given the images of a sheet's stream record.

    Each change is told once, by the sheet that has its start, though it may reach over several. What became free
    comes first, then what is taken; that includes what somebody else has of the freed time by now, whose hold had
    lapsed.
    """
    _, owner = keys.owner_of_time(partition)
    doctor_id = owner.removeprefix(keys.doctor(""))
    before, after = (store.occupants_of(image) if image else [] for image in (old, new))
    had, has = _beginning(before), _beginning(after)
    gone = [span for span in had if span not in has]
    come = {span: state for span, state in has.items() if had.get(span) != state}
    stays = {
        occupant.span: occupant.state
        for _, occupant in after
        if any(occupant.span.overlaps(span) for span in gone)
    }
    free = [SlotChange(doctor_id, span, "free") for span in gone]
    return free + [SlotChange(doctor_id, span, state) for span, state in {**stays, **come}.items()]


def _beginning(occupied: Iterable[tuple[int, Occupant]]) -> dict[Span, State]:
    """The spans that begin in a sheet, and their states. A hold that lapses is told when its cells are freed."""
    return {one.span: one.state for number, one in occupied if number == one.span.cells()[0]}
