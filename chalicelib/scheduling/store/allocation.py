"""The hour sheets: whose time is taken when. Each of twelve cells is an attribute, which is there or not.

See docs/adr/0030-hour-sheets.md.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.scheduling.model.allocation import (
    CELLS_PER_HOUR,
    AllocationChange,
    AllocationConflict,
    AllocationRefused,
    CalendarOwner,
    HourChange,
    Reservation,
)
from chalicelib.scheduling.model.span import CELL_MINUTES, Span, cells_to_spans

# What has long passed is kept from nobody.
_RETENTION = timedelta(days=60)
_CELL_NAMES = tuple(f"c{minute:02d}" for minute in range(0, 60, CELL_MINUTES))
# What tells whether a cell keeps others out; to decode the rest of it would take most of a search's time.
_OWNERSHIP_ATTRIBUTES = ("sk", *(f"{name}.{part}" for name in _CELL_NAMES for part in ("by", "until")))

Image = Mapping[str, Any]


class HourBucketItem(DataItem):
    """One hour of a doctor's, a room's or a device's time; its cells are written by their paths."""


def add_allocation_change(
    transaction: Transaction, tenant_id: str, claim: AllocationChange, now: datetime
) -> None:
    """Make a transaction take and free these cells, one update for each hour that changes.

    It is refused with `AllocationRefused`.
    """
    group = transaction.group(refused=lambda images: AllocationRefused(_taken_in(claim, images, now)))
    for sheet in claim.hour_changes():
        item = HourBucketItem.for_key(_key(tenant_id, sheet))
        group.update(item, _update_actions(sheet, claim), _condition(sheet, claim, now))


def _taken_in(claim: AllocationChange, images: Sequence[Image | None], now: datetime) -> list[AllocationConflict]:
    """Return what stood against a claim, given the images of its refused sheets, None for the others.

    A cell to take is refused by others unless they have lapsed, a cell to free even by those.
    """
    found = []
    for sheet, image in zip(claim.hour_changes(), images, strict=True):
        others = {
            number: occupant
            for number, occupant in _cell_reservations(image or {}, sheet.key.hour)
            if occupant.id not in claim.all_ids
            and (number in sheet.released or (number in sheet.taken and occupant.is_live(now)))
        }
        found += [
            AllocationConflict(sheet.key.owner, span, occupant)
            for occupant in dict.fromkeys(others.values())
            for span in cells_to_spans(number for number, one in sorted(others.items()) if one == occupant)
        ]
    return found


def reserved_cells(
    tenant_id: str, owner: CalendarOwner, within: Span, *, consistent: bool = False
) -> Iterator[tuple[int, Reservation]]:
    """The occupied cells of an owner's time, by number, in order; one call for each megabyte of sheets."""
    cells = within.cells()
    for image in _query_hours(tenant_id, owner, cells, ("sk", *_CELL_NAMES), consistent=consistent):
        for number, occupant in _cell_reservations(image, hour_of(image["sk"]["S"])):
            if number in cells:
                yield number, occupant


def busy_cells(
    tenant_id: str,
    owner: CalendarOwner,
    within: Span,
    *,
    now: datetime,
    owned_ids: Collection[str] = (),
    consistent: bool = False,
) -> Iterator[int]:
    """The numbers of the cells of an owner's time that keep others out, in order, but for those under a name in
    `mine`; one call for each megabyte of sheets.
    """
    cells, now_ms = within.cells(), to_ms(now)
    for image in _query_hours(tenant_id, owner, cells, _OWNERSHIP_ATTRIBUTES, consistent=consistent):
        first = hour_of(image["sk"]["S"]) * CELLS_PER_HOUR
        for place, name in enumerate(_CELL_NAMES):
            if name in image and first + place in cells:
                cell = image[name]["M"]
                is_live = "until" not in cell or now_ms < int(cell["until"]["N"])
                if is_live and cell["by"]["S"] not in owned_ids:
                    yield first + place


def _query_hours(
    tenant_id: str, owner: CalendarOwner, cells: range, attributes: Sequence[str], *, consistent: bool = False
) -> Iterator[Image]:
    if not cells:
        return
    low, high = (_hour_name(owner, number // CELLS_PER_HOUR) for number in (cells[0], cells[-1]))
    yield from HourBucketItem.query_raw(
        keys.calendar_partition(tenant_id, _owner_key(owner)),
        attributes,
        range_condition=HourBucketItem.sk.between(low, high),
        consistent=consistent,
    )


def reservations_in_image(image: Image) -> list[tuple[int, Reservation]]:
    """The occupied cells of a sheet, given its image in DynamoDB's own JSON."""
    return list(_cell_reservations(image, hour_of(image["sk"]["S"])))


def hour_of(sort_key: str) -> int:
    """The number, since the epoch, of the hour that a sheet is of."""
    _, _, text = sort_key.partition("#")
    return int(datetime.fromisoformat(f"{text}:00:00+00:00").timestamp()) // 3600


def _cell_reservations(image: Image, hour: int) -> Iterator[tuple[int, Reservation]]:
    for place, name in enumerate(_CELL_NAMES):
        if name in image:
            cell = image[name]["M"]
            span = Span(from_ms(int(cell["start"]["N"])), from_ms(int(cell["end"]["N"])))
            until = from_ms(int(cell["until"]["N"])) if "until" in cell else None
            yield hour * CELLS_PER_HOUR + place, Reservation(cell["by"]["S"], span, until)


def _key(tenant_id: str, sheet: HourChange) -> keys.HourKey:
    return keys.HourKey(tenant_id, _owner_key(sheet.key.owner), _hour_text(sheet.key.hour))


def _hour_name(owner: CalendarOwner, hour: int) -> str:
    return keys.hour(_owner_key(owner), _hour_text(hour))


def _owner_key(owner: CalendarOwner) -> str:
    return keys.owner(owner.kind, owner.id)


def _hour_text(hour: int) -> str:
    return f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%dT%H}"


def _cell_name(number: int) -> str:
    return _CELL_NAMES[number % CELLS_PER_HOUR]


def _update_actions(sheet: HourChange, claim: AllocationChange) -> list[Action]:
    occupant = claim.reservation
    cell = {"by": occupant.id, "start": to_ms(occupant.span.start), "end": to_ms(occupant.span.end)}
    if occupant.expires_at is not None:
        cell["until"] = to_ms(occupant.expires_at)
    over = datetime.fromtimestamp((sheet.key.hour + 1) * 3600, UTC) + _RETENTION
    return [
        *(Path(_cell_name(number)).set(cell) for number in sheet.taken),
        *(Path(_cell_name(number)).remove() for number in sheet.released),
        HourBucketItem.ttl.set(int(over.timestamp())),
    ]


def _condition(sheet: HourChange, claim: AllocationChange, now: datetime) -> Condition:
    parts = []
    for number in (*sheet.taken, *sheet.released):
        name = _cell_name(number)
        free = Path(name).does_not_exist()
        for mine in claim.all_ids:
            free |= Path([name, "by"]) == mine
        if number in sheet.taken:
            free |= Path([name, "until"]) <= to_ms(now)
        parts.append(free)
    return reduce(and_, parts)
