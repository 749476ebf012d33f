"""Storage of allocated time: one item for each hour of an owner, with an attribute for each reserved cell.

See docs/adr/0030-hour-sheets.md.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import (
    CELL_MINUTES,
    CELLS_PER_HOUR,
    Allocation,
    AllocationChange,
    AllocationConflict,
    AllocationRefused,
    CalendarOwner,
    HourChange,
    Reservation,
    cells_of,
    cells_to_spans,
)
from chalicelib.scheduling.model.span import Span

# How long after its end an hour is kept.
_RETENTION = timedelta(days=60)
_CELL_NAMES = tuple(f"c{minute:02d}" for minute in range(0, 60, CELL_MINUTES))
# Enough to see whether a cell is taken; decoding the rest would take most of a search's time.
_OWNERSHIP_ATTRIBUTES = ("sk", *(f"{name}.{part}" for name in _CELL_NAMES for part in ("by", "until")))


class HourBucketItem(DataItem):
    """One hour of an owner's time; its cells are written by their paths."""


def allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    """Return the stored form of an allocation, as appointments and holds keep it."""
    return {"span": to_json(allocation.span), "owners": [keys.owner(*owner) for owner in allocation.owners]}


def allocation_from_json(stored: dict[str, Any]) -> Allocation:
    """Return the allocation of its stored form."""
    start, end = (datetime.fromisoformat(text) for text in stored["span"])
    owners = tuple(CalendarOwner(*keys.parse_owner(text)) for text in stored["owners"])
    return Allocation(Span(start, end), owners)


def add_allocation_change(
    transaction: Transaction, tenant_id: str, change: AllocationChange, now: datetime
) -> None:
    """Let a transaction take and release cells.

    One update for each of `change.hour_changes()`. The transaction is refused with `AllocationRefused` if the
    cells are taken.
    """
    group = transaction.group(refused=lambda images: AllocationRefused(_conflicts_in(change, images, now)))
    for hour in change.hour_changes():
        key = keys.HourKey(tenant_id, _owner_key(hour.key.owner), _hour_text(hour.key.hour))
        group.update(HourBucketItem.for_key(key), _update_actions(hour, change), _condition(hour, change, now))


def _conflicts_in(
    change: AllocationChange, images: Sequence[Image | None], now: datetime
) -> list[AllocationConflict]:
    """Return the conflicts of a refused change.

    `images` has the image of each hour that refused, None for the others. A lapsed hold of others is a conflict
    only in the cells to release.
    """
    conflicts = []
    for hour, image in zip(change.hour_changes(), images, strict=True):
        others = {
            number: reservation
            for number, reservation in _cell_reservations(image or {}, hour.key.hour)
            if reservation.id not in change.all_ids
            and (number in hour.released or (number in hour.taken and reservation.is_live(now)))
        }
        conflicts += [
            AllocationConflict(hour.key.owner, span, reservation)
            for reservation in dict.fromkeys(others.values())
            for span in cells_to_spans(number for number, other in sorted(others.items()) if other == reservation)
        ]
    return conflicts


def reserved_cells(
    tenant_id: str, owner: CalendarOwner, within: Span, *, consistent: bool = False
) -> Iterator[tuple[int, Reservation]]:
    """Yield the number and the reservation of each reserved cell, in order.

    One call for each megabyte.
    """
    cells = cells_of(within)
    for image in _query_hours(tenant_id, owner, cells, ("sk", *_CELL_NAMES), consistent=consistent):
        for number, reservation in _cell_reservations(image, hour_of(image["sk"]["S"])):
            if number in cells:
                yield number, reservation


def busy_cells(
    tenant_id: str,
    owner: CalendarOwner,
    within: Span,
    *,
    now: datetime,
    owned_ids: Collection[str] = (),
    consistent: bool = False,
) -> Iterator[int]:
    """Yield the number of each cell that is taken, in order.

    One call for each megabyte. Cells that carry one of `owned_ids` count as free.
    """
    cells, now_ms = cells_of(within), to_ms(now)
    for image in _query_hours(tenant_id, owner, cells, _OWNERSHIP_ATTRIBUTES, consistent=consistent):
        first = hour_of(image["sk"]["S"]) * CELLS_PER_HOUR
        for index, name in enumerate(_CELL_NAMES):
            if name in image and first + index in cells:
                cell = image[name]["M"]
                is_live = "until" not in cell or now_ms < int(cell["until"]["N"])
                if is_live and cell["by"]["S"] not in owned_ids:
                    yield first + index


def _query_hours(
    tenant_id: str, owner: CalendarOwner, cells: range, attributes: Sequence[str], *, consistent: bool = False
) -> Iterator[Image]:
    if not cells:
        return
    owner_key = _owner_key(owner)
    first, last = (keys.hour(owner_key, _hour_text(number // CELLS_PER_HOUR)) for number in (cells[0], cells[-1]))
    yield from HourBucketItem.query_raw(
        keys.calendar_partition(tenant_id, owner_key),
        attributes,
        range_condition=HourBucketItem.sk.between(first, last),
        consistent=consistent,
    )


def reservations_in_image(image: Image) -> list[tuple[int, Reservation]]:
    """Return the reserved cells of an hour, given its image in DynamoDB's own JSON."""
    return list(_cell_reservations(image, hour_of(image["sk"]["S"])))


def hour_of(sort_key: str) -> int:
    """Return the number, counted from the epoch, of the hour that a sort key names."""
    _, _, text = sort_key.partition("#")
    return int(datetime.fromisoformat(f"{text}:00:00+00:00").timestamp()) // 3600


def _cell_reservations(image: Image, hour: int) -> Iterator[tuple[int, Reservation]]:
    for index, name in enumerate(_CELL_NAMES):
        if name in image:
            cell = image[name]["M"]
            span = Span(from_ms(int(cell["start"]["N"])), from_ms(int(cell["end"]["N"])))
            expires_at = from_ms(int(cell["until"]["N"])) if "until" in cell else None
            yield hour * CELLS_PER_HOUR + index, Reservation(cell["by"]["S"], span, expires_at)


def _owner_key(owner: CalendarOwner) -> str:
    return keys.owner(owner.kind, owner.id)


def _hour_text(hour: int) -> str:
    return f"{_hour_start(hour):%Y-%m-%dT%H}"


def _hour_start(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, UTC)


def _cell_name(number: int) -> str:
    return _CELL_NAMES[number % CELLS_PER_HOUR]


def _update_actions(hour: HourChange, change: AllocationChange) -> list[Action]:
    reservation = change.reservation
    cell = {"by": reservation.id, "start": to_ms(reservation.span.start), "end": to_ms(reservation.span.end)}
    if reservation.expires_at is not None:
        cell["until"] = to_ms(reservation.expires_at)
    ttl = _hour_start(hour.key.hour + 1) + _RETENTION
    return [
        *(Path(_cell_name(number)).set(cell) for number in hour.taken),
        *(Path(_cell_name(number)).remove() for number in hour.released),
        HourBucketItem.ttl.set(int(ttl.timestamp())),
    ]


def _condition(hour: HourChange, change: AllocationChange, now: datetime) -> Condition:
    """Require each cell to be absent or our own.

    A cell to take may also be a lapsed hold.
    """
    conditions = []
    for number in (*hour.taken, *hour.released):
        name = _cell_name(number)
        is_available = Path(name).does_not_exist()
        for own_id in change.all_ids:
            is_available |= Path([name, "by"]) == own_id
        if number in hour.taken:
            is_available |= Path([name, "until"]) <= to_ms(now)
        conditions.append(is_available)
    return reduce(and_, conditions)
