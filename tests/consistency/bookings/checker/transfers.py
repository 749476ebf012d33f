"""Transfers of cells between appointments and holds, in the store's own order."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from tests.consistency.bookings.booking_history import BookingHistory, CellOccupancy
from tests.consistency.bookings.hour_buckets import CellKey, allocation_of, ms_of
from tests.consistency.harness.history import Write
from tests.consistency.table_reader import Fields


def transfers_are_valid(history: BookingHistory) -> Iterator[str]:
    """Each cell is taken and given back by rule.

    An owner takes only what it allocates: a free cell, one of an expired hold, or one of its own hold, which was
    booked. It loses only what it no longer allocates.
    """
    source = _holds_of_appointments(history)
    for key, occupancies in history.occupancies.items():
        for one in occupancies:
            if not _times_taken(history, one, key):
                yield f"{one.cell.by} took {_name(key)}, which it does not occupy"
            if one.went is not None and not _may_lose(history, one, key, _next(occupancies, one)):
                yield f"{one.cell.by} lost {_name(key)}"
        for before, after in pairwise(occupancies):
            if before.went == after.came and not _may_pass(history, before, after, key, source):
                yield f"{_name(key)} passed from {before.cell.by} to {after.cell.by}"


def _next(occupancies: list[CellOccupancy], one: CellOccupancy) -> CellOccupancy | None:
    """Return the next occupancy of the cell, without a gap."""
    return next((later for later in occupancies if later.came == one.went), None)


def _may_lose(history: BookingHistory, one: CellOccupancy, key: CellKey, after: CellOccupancy | None) -> bool:
    """Whether the owner may lose the cell; `_may_pass` checks the next owner."""
    if after is not None:
        return True
    if one.cell.until is not None:
        return _state_at_end(history, one.cell.by) in ("released", "lapsed")
    versions = history.versions.get(f"APPOINTMENT#{one.cell.by}", [])
    return any(not _allocates(write.new, key) for write in versions)


def _state_at_end(history: BookingHistory, hold_id: str) -> str:
    return str(history.final.get((f"HOLD#{hold_id}", "HOLD"), {}).get("state"))


def _may_pass(
    history: BookingHistory, before: CellOccupancy, after: CellOccupancy, key: CellKey, source: dict[str, set[str]]
) -> bool:
    if before.cell.by == after.cell.by:
        return True
    if before.cell.until is None:
        return False
    if before.cell.by in source.get(after.cell.by, set()):
        return _state_at_end(history, before.cell.by) == "booked"
    return any(before.cell.until <= now for now in _times_taken(history, after, key))


def _times_taken(history: BookingHistory, one: CellOccupancy, key: CellKey) -> list[int]:
    """Return the clock readings, in milliseconds, at which the owner may have taken the cell."""
    if one.cell.until is not None:
        holds = history.versions.get(f"HOLD#{one.cell.by}", [])
        return [int(write.new["expiresAt"]) - history.hold_ms for write in holds if _allocates(write.new, key)]
    versions = history.versions.get(f"APPOINTMENT#{one.cell.by}", [])
    taking = [write for write in versions if _allocates(write.new, key) and not _had_cell(write, key)]
    return [ms_of(datetime.fromisoformat(write.new["updatedAt"])) for write in taking]


def _had_cell(write: Write, key: CellKey) -> bool:
    """Whether the owner had the cell before, with the same times."""
    shown = ("startsAt", "endsAt")
    return _allocates(write.old, key) and all(write.old[name] == write.new[name] for name in shown)


def _allocates(item: Fields, key: CellKey) -> bool:
    allocation = allocation_of(item)
    return allocation is not None and key in allocation.cells()


def _holds_of_appointments(history: BookingHistory) -> dict[str, set[str]]:
    """Return the holds of which each appointment may have been booked, by the requests."""
    return {
        drawn: {operation.request["holdId"]}
        for operation in history.operations
        if operation.kind == "book"
        for drawn in operation.request["draws"]
    }


def _name(key: CellKey) -> str:
    return f"{key.owner} at {key.begins:%dT%H:%M}"
