"""Rejections: each has a reason that was valid at some instant of the operation."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from tests.consistency.bookings.booking_history import BookingHistory, CellOccupancy
from tests.consistency.bookings.hour_buckets import Allocation, CellKey, Span, allocation_of, instant_of
from tests.consistency.harness.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

# Rejections by the lock are checked in tests/consistency/locks.
_LOCKS = frozenset({"LOCKED", "LOCK_LOST", "LOCK_REQUIRED"})
_BY_MEMBERS = ("save", "restore", "cancel")


def rejections_had_reason(history: BookingHistory) -> Iterator[str]:
    """Each rejection had a reason."""
    for operation in history.operations:
        if operation.outcome == "rejected" and not _had_reason(history, operation):
            yield f"{operation} was refused {dict(operation.response)} for no reason"


def _had_reason(history: BookingHistory, operation: LoggedOperation) -> bool:
    code = operation.response["code"]
    if code in _LOCKS:
        return operation.kind not in ("hold", "book", "release", "create")
    if code == "SLOT_TAKEN":
        return _was_taken(history, operation)
    reason = _REASONS.get((operation.kind, code))
    return reason is not None and reason(history, operation)


def _was_taken(history: BookingHistory, operation: LoggedOperation) -> bool:
    """Whether there are conflicts, and all of them existed."""
    collided = operation.response["collided"]
    return bool(collided) and all(_conflict_existed(history, operation, one) for one in collided)


def _conflict_existed(history: BookingHistory, operation: LoggedOperation, collided: dict[str, Any]) -> bool:
    span = Span(instant_of(collided["start"]), instant_of(collided["end"]))
    cells = Allocation(span, (collided["owner"],)).cells()
    there = [{occupancy.cell.by for occupancy in _occupancies(history, operation, key, collided)} for key in cells]
    found = set[str].intersection(*there) - {operation.request.get("appointmentId")} if there else set()
    named = collided["appointmentId"]
    return bool(found if named is None else named in found)


def _occupancies(
    history: BookingHistory, operation: LoggedOperation, key: CellKey, collided: dict[str, Any]
) -> Iterator[CellOccupancy]:
    for occupancy in history.occupancies.get(key, []):
        until = occupancy.cell.until
        is_live = until is None if collided["state"] == "booked" else until is not None and until > operation.clock
        if is_live and history.overlaps(occupancy.came, occupancy.went, operation):
            yield occupancy


def _is_expired(history: BookingHistory, operation: LoggedOperation) -> bool:
    """Whether the hold had ended, and this very request had not booked it.

    It may have expired by the client's clock, or by the clock of another that took some of its time.
    """
    if _was_answered(history, operation):
        return False
    return any(
        state and (state["state"] != "held" or operation.clock >= state["expiresAt"])
        for state in _holds(history, operation)
    ) or _is_taken_over(history, operation)


def _is_taken_over(history: BookingHistory, operation: LoggedOperation) -> bool:
    """Whether another had taken a cell of the hold."""
    hold_id = operation.request["holdId"]
    allocation = allocation_of(history.final.get((f"HOLD#{hold_id}", "HOLD"), {}))
    return any(
        before.cell.by == hold_id and before.went == after.came and history.overlaps(after.came, None, operation)
        for key in (allocation.cells() if allocation else ())
        for before, after in pairwise(history.occupancies.get(key, []))
    )


def _was_answered(history: BookingHistory, operation: LoggedOperation) -> bool:
    """Whether its key had a stored response before it began."""
    digest = hashlib.sha256((operation.request["key"] or "").encode()).hexdigest()
    return any(
        write.new.get("sk") == "IDEMPOTENCY"
        and write.new["pk"].endswith(f"#{digest}")
        and history.windows.ended[write.position] < operation.began
        for write in history.writes
    )


def _is_booked(history: BookingHistory, operation: LoggedOperation) -> bool:
    return any(state.get("state") == "booked" for state in _holds(history, operation))


def _is_unknown(history: BookingHistory, operation: LoggedOperation) -> bool:
    return any(not state for state in _holds(history, operation))


def _is_another(_: BookingHistory, operation: LoggedOperation) -> bool:
    return bool(operation.request["notes"] != operation.request["holdId"])


def _is_final(history: BookingHistory, operation: LoggedOperation) -> bool:
    return any(state.get("status") not in ("pending", "confirmed") for state in _versions(history, operation))


def _is_at_requested_time(history: BookingHistory, operation: LoggedOperation) -> bool:
    wanted = operation.request["start"], operation.request["doctorId"]
    return any(
        (state["startsAt"], state["doctorId"]) in (wanted, (wanted[0], state["doctorId"]))
        for state in _versions(history, operation)
        if state and wanted[1] in (None, state["doctorId"])
    )


def _is_other_version(history: BookingHistory, operation: LoggedOperation) -> bool:
    request = {save["version"] for save in operation.request["saves"]}
    return any(state and int(state["version"]) not in request for state in _versions(history, operation))


def _ends_too_soon(history: BookingHistory, operation: LoggedOperation) -> bool:
    return any(
        state and save["endsAt"] <= state["startsAt"]
        for save in operation.request["saves"]
        if "endsAt" in save and "startsAt" not in save
        for state in _versions(history, operation)
    )


def _is_cancelled(history: BookingHistory, operation: LoggedOperation) -> bool:
    return any(state.get("status") == "cancelled" for state in _versions(history, operation))


def _is_already_restored(_: BookingHistory, operation: LoggedOperation) -> bool:
    return "already" in operation.response["detail"]


def _holds(history: BookingHistory, operation: LoggedOperation) -> Iterator[Fields]:
    return history.visible(f"HOLD#{operation.request['holdId']}", operation)


def _versions(history: BookingHistory, operation: LoggedOperation) -> Iterator[Fields]:
    return history.visible(f"APPOINTMENT#{operation.appointment}", operation)


_REASONS: dict[tuple[str, str], Callable[[BookingHistory, LoggedOperation], bool]] = {
    ("book", "HOLD_EXPIRED"): _is_expired,
    ("book", "NOT_FOUND"): _is_unknown,
    ("book", "VALIDATION"): _is_another,
    ("release", "HOLD_EXPIRED"): _is_booked,
    ("release", "NOT_FOUND"): _is_unknown,
    ("reschedule", "TOO_LATE"): _is_final,
    ("cancel by patient", "TOO_LATE"): _is_final,
    ("reschedule", "VALIDATION"): _is_at_requested_time,
    ("save", "VALIDATION"): _ends_too_soon,
    ("cancel", "VALIDATION"): _is_cancelled,
    ("restore", "VALIDATION"): _is_already_restored,
    **{(kind, "VERSION_MISMATCH"): _is_other_version for kind in _BY_MEMBERS},
}
