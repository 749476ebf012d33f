"""From whom to whom each cell passed, in the store's own order."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from tests.consistency.bookings.booking_history import BookingHistory, CellOccupancy
from tests.consistency.bookings.hour_buckets import CellKey, allocation_of, ms_of
from tests.consistency.faults.item_history import Write
from tests.consistency.table_reader import Fields


def transfers_are_valid(record: BookingHistory) -> Iterator[str]:
    """A cell is taken by who occupies it, from nobody, from a hold that had lapsed, or from the hold that was
    booked; and given back by who does not occupy it any more.
    """
    source = _holds_of_appointments(record)
    for key, stays in record.occupancies.items():
        for stay in stays:
            if not _times_taken(record, stay, key):
                yield f"{stay.cell.by} took {_name(key)}, which it does not occupy"
            if stay.went is not None and not _may_lose(record, stay, key, _next(stays, stay)):
                yield f"{stay.cell.by} lost {_name(key)}"
        for before, after in pairwise(stays):
            if before.went == after.came and not _may_pass(record, before, after, key, source):
                yield f"{_name(key)} passed from {before.cell.by} to {after.cell.by}"


def _next(stays: list[CellOccupancy], stay: CellOccupancy) -> CellOccupancy | None:
    """Who had the cell at once after it."""
    return next((one for one in stays if one.came == stay.went), None)


def _may_lose(record: BookingHistory, stay: CellOccupancy, key: CellKey, after: CellOccupancy | None) -> bool:
    """Whether it may be without the cell; whether another may have it is asked elsewhere."""
    if after is not None:
        return True
    if stay.cell.until is not None:
        return _state_at_end(record, stay.cell.by) in ("released", "lapsed")
    versions = record.versions.get(f"APPOINTMENT#{stay.cell.by}", [])
    return any(not _allocates(write.new, key) for write in versions)


def _state_at_end(record: BookingHistory, hold_id: str) -> str:
    return str(record.final.get((f"HOLD#{hold_id}", "HOLD"), {}).get("state"))


def _may_pass(
    record: BookingHistory, before: CellOccupancy, after: CellOccupancy, key: CellKey, source: dict[str, set[str]]
) -> bool:
    if before.cell.by == after.cell.by:
        return True
    if before.cell.until is None:
        return False
    if before.cell.by in source.get(after.cell.by, set()):
        return _state_at_end(record, before.cell.by) == "booked"
    return any(before.cell.until <= now for now in _times_taken(record, after, key))


def _times_taken(record: BookingHistory, stay: CellOccupancy, key: CellKey) -> list[int]:
    """What the clock said, in milliseconds, to whom took the cell, when they may have done so."""
    if stay.cell.until is not None:
        holds = record.versions.get(f"HOLD#{stay.cell.by}", [])
        return [int(write.new["expiresAt"]) - record.hold_ms for write in holds if _allocates(write.new, key)]
    versions = record.versions.get(f"APPOINTMENT#{stay.cell.by}", [])
    taking = [write for write in versions if _allocates(write.new, key) and not _had_cell(write, key)]
    return [ms_of(datetime.fromisoformat(write.new["updatedAt"])) for write in taking]


def _had_cell(write: Write, key: CellKey) -> bool:
    """Whether it had the cell before, and shows the same in it."""
    shown = ("startsAt", "endsAt")
    return _allocates(write.old, key) and all(write.old[name] == write.new[name] for name in shown)


def _allocates(item: Fields, key: CellKey) -> bool:
    said = allocation_of(item)
    return said is not None and key in said.cells()


def _holds_of_appointments(record: BookingHistory) -> dict[str, set[str]]:
    """The holds that each appointment may have been made from, by the requests that would have made it."""
    return {
        drawn: {operation.asked["holdId"]}
        for operation in record.operations
        if operation.kind == "book"
        for drawn in operation.asked["draws"]
    }


def _name(key: CellKey) -> str:
    return f"{key.owner} at {key.begins:%dT%H:%M}"
