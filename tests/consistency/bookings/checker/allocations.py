"""The hour buckets at the end, compared with appointments and holds."""

from collections.abc import Iterator
from datetime import datetime

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory, owner_of
from tests.consistency.bookings.checker.overlaps import span_of
from tests.consistency.bookings.hour_buckets import Cell, all_cells, allocation_of, ms_of
from tests.consistency.table_reader import Fields


def allocations_match_needs(history: BookingHistory) -> Iterator[str]:
    """Each active appointment allocates its doctor and one resource for each need, all different.

    The time is its own with buffers. An inactive appointment allocates nothing.
    """
    for item in _of_kind(history.at_end, "APPOINTMENT"):
        allocation, service = allocation_of(item), history.services[item["serviceId"]]
        if item["status"] not in ACTIVE:
            if allocation:
                yield f"{owner_of(item)} is {item['status']} and occupies something"
            continue
        if allocation is None or allocation.span != span_of(history, item):
            yield f"{owner_of(item)} occupies another time than its own"
            continue
        doctor, *others = allocation.owners
        fits = len(set(others)) == len(others) == len(service.needs) and all(
            one.removeprefix("RESOURCE#") in need for one, need in zip(others, service.needs, strict=False)
        )
        if doctor != f"DOCTOR#{item['doctorId']}" or not fits:
            yield f"{owner_of(item)} occupies {allocation.owners}, which is not what it needs"


def appointments_have_cells(history: BookingHistory) -> Iterator[str]:
    """Each cell of an active appointment is in the hour buckets, with its id and times."""
    for items in (history.at_close, history.at_end):
        cells = dict(all_cells(items))
        for item in _of_kind(items, "APPOINTMENT"):
            start, end = (ms_of(datetime.fromisoformat(item[name])) for name in ("startsAt", "endsAt"))
            wanted = Cell(owner_of(item).partition("#")[2], start, end, None)
            allocation = allocation_of(item)
            missing = [key for key in (allocation.cells() if allocation else ()) if cells.get(key) != wanted]
            if missing:
                yield f"{owner_of(item)} has not {len(missing)} of its cells, such as {min(missing)}"


def cells_have_owners(history: BookingHistory) -> Iterator[str]:
    """Each cell in the hour buckets is of an active appointment or a live hold."""
    for items in (history.at_close, history.at_end):
        occupied = {
            ("APPOINTMENT", owner_of(item).partition("#")[2], key)
            for item in _of_kind(items, "APPOINTMENT")
            if (allocation := allocation_of(item)) and item["status"] in ACTIVE
            for key in allocation.cells()
        } | {
            ("HOLD", owner_of(item).partition("#")[2], key)
            for item in _of_kind(items, "HOLD")
            if (allocation := allocation_of(item)) and item["state"] == "held"
            for key in allocation.cells()
        }
        for key, cell in all_cells(items):
            if ("APPOINTMENT" if cell.until is None else "HOLD", cell.by, key) not in occupied:
                yield f"{cell.by} is in {key}, which it does not occupy"


def no_hold_remains(history: BookingHistory) -> Iterator[str]:
    """After the sweep no hold is live and no cell is of a hold."""
    for key, cell in all_cells(history.at_end):
        if cell.until is not None:
            yield f"{cell.by} still has {key}"
    for item in _of_kind(history.at_end, "HOLD"):
        if item["state"] == "held":
            yield f"{owner_of(item)} is still held"


def _of_kind(items: list[Fields], kind: str) -> list[Fields]:
    return [item for item in items if item["sk"] == kind]
