"""What the sheets say at the end, and what the appointments and holds say."""

from collections.abc import Iterator
from datetime import datetime

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory, owner_of
from tests.consistency.bookings.checker.overlaps import span_of
from tests.consistency.bookings.hour_buckets import Cell, all_cells, allocation_of, ms_of
from tests.consistency.table_reader import Fields


def allocations_match_needs(record: BookingHistory) -> Iterator[str]:
    """An active appointment says that it occupies its doctor and a room or device of each need, each another one,
    for its time with the buffers; one that is not active says nothing.
    """
    for item in _of_kind(record.at_end, "APPOINTMENT"):
        said, service = allocation_of(item), record.services[item["serviceId"]]
        if item["status"] not in ACTIVE:
            if said:
                yield f"{owner_of(item)} is {item['status']} and occupies something"
            continue
        if said is None or said.span != span_of(record, item):
            yield f"{owner_of(item)} occupies another time than its own"
            continue
        doctor, *others = said.owners
        fits = len(set(others)) == len(others) == len(service.needs) and all(
            one.removeprefix("RESOURCE#") in need for one, need in zip(others, service.needs, strict=False)
        )
        if doctor != f"DOCTOR#{item['doctorId']}" or not fits:
            yield f"{owner_of(item)} occupies {said.owners}, which is not what it needs"


def appointments_have_cells(record: BookingHistory) -> Iterator[str]:
    """Every cell that an active appointment occupies is in the sheets, under its id, with its own times."""
    for items in (record.at_close, record.at_end):
        cells = dict(all_cells(items))
        for item in _of_kind(items, "APPOINTMENT"):
            start, end = (ms_of(datetime.fromisoformat(item[name])) for name in ("startsAt", "endsAt"))
            wanted = Cell(owner_of(item).partition("#")[2], start, end, None)
            said = allocation_of(item)
            missing = [key for key in (said.cells() if said else ()) if cells.get(key) != wanted]
            if missing:
                yield f"{owner_of(item)} has not {len(missing)} of its cells, such as {min(missing)}"


def cells_have_owners(record: BookingHistory) -> Iterator[str]:
    """Every cell in the sheets is an active appointment's that occupies it, or a hold's that is held."""
    for items in (record.at_close, record.at_end):
        occupied = {
            ("APPOINTMENT", owner_of(item).partition("#")[2], key)
            for item in _of_kind(items, "APPOINTMENT")
            if (said := allocation_of(item)) and item["status"] in ACTIVE
            for key in said.cells()
        } | {
            ("HOLD", owner_of(item).partition("#")[2], key)
            for item in _of_kind(items, "HOLD")
            if (said := allocation_of(item)) and item["state"] == "held"
            for key in said.cells()
        }
        for key, cell in all_cells(items):
            if ("APPOINTMENT" if cell.until is None else "HOLD", cell.by, key) not in occupied:
                yield f"{cell.by} is in {key}, which it does not occupy"


def no_hold_remains(record: BookingHistory) -> Iterator[str]:
    """When every hold has lapsed and was swept, none is held and no cell is a hold's."""
    for key, cell in all_cells(record.at_end):
        if cell.until is not None:
            yield f"{cell.by} still has {key}"
    for item in _of_kind(record.at_end, "HOLD"):
        if item["state"] == "held":
            yield f"{owner_of(item)} is still held"


def _of_kind(items: list[Fields], kind: str) -> list[Fields]:
    return [item for item in items if item["sk"] == kind]
