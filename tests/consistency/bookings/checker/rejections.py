"""What was refused: for a reason that was so at some instant while it was asked."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from tests.consistency.bookings.booking_history import BookingHistory, CellOccupancy
from tests.consistency.bookings.hour_buckets import Allocation, CellKey, Span, allocation_of, instant_of
from tests.consistency.faults.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

# What the lock answers is asked elsewhere: tests/consistency/faults.
_LOCKS = frozenset({"LOCKED", "LOCK_LOST", "LOCK_REQUIRED"})
_BY_MEMBERS = ("save", "restore", "cancel")


def rejections_had_reason(record: BookingHistory) -> Iterator[str]:
    """Every refusal."""
    for operation in record.operations:
        if operation.outcome == "refused" and not _had_reason(record, operation):
            yield f"{operation} was refused {dict(operation.answer)} for no reason"


def _had_reason(record: BookingHistory, operation: LoggedOperation) -> bool:
    code = operation.answer["code"]
    if code in _LOCKS:
        return operation.kind not in ("hold", "book", "release", "enter")
    if code == "SLOT_TAKEN":
        return _was_taken(record, operation)
    reason = _REASONS.get((operation.kind, code))
    return reason is not None and reason(record, operation)


def _was_taken(record: BookingHistory, operation: LoggedOperation) -> bool:
    """Everything that is said to stand in the way did, and something is said to."""
    collided = operation.answer["collided"]
    return bool(collided) and all(_conflict_existed(record, operation, one) for one in collided)


def _conflict_existed(record: BookingHistory, operation: LoggedOperation, collided: dict[str, Any]) -> bool:
    span = Span(instant_of(collided["start"]), instant_of(collided["end"]))
    cells = Allocation(span, (collided["owner"],)).cells()
    there = [{stay.cell.by for stay in _occupancies(record, operation, key, collided)} for key in cells]
    found = set[str].intersection(*there) - {operation.asked.get("appointmentId")} if there else set()
    named = collided["appointmentId"]
    return bool(found if named is None else named in found)


def _occupancies(
    record: BookingHistory, operation: LoggedOperation, key: CellKey, collided: dict[str, Any]
) -> Iterator[CellOccupancy]:
    for stay in record.occupancies.get(key, []):
        until = stay.cell.until
        is_live = until is None if collided["state"] == "booked" else until is not None and until > operation.clock
        if is_live and record.overlaps(stay.came, stay.went, operation):
            yield stay


def _is_expired(record: BookingHistory, operation: LoggedOperation) -> bool:
    """The hold had ended, or lapsed by the client's own clock, or by that of who has taken some of it since; and
    this very request had not booked it before.
    """
    if _was_answered(record, operation):
        return False
    return any(
        state and (state["state"] != "held" or operation.clock >= state["expiresAt"])
        for state in _holds(record, operation)
    ) or _is_taken_over(record, operation)


def _is_taken_over(record: BookingHistory, operation: LoggedOperation) -> bool:
    """Whether somebody had taken a cell over from the hold."""
    hold_id = operation.asked["holdId"]
    said = allocation_of(record.final.get((f"HOLD#{hold_id}", "HOLD"), {}))
    return any(
        before.cell.by == hold_id and before.went == after.came and record.overlaps(after.came, None, operation)
        for key in (said.cells() if said else ())
        for before, after in pairwise(record.occupancies.get(key, []))
    )


def _was_answered(record: BookingHistory, operation: LoggedOperation) -> bool:
    """Whether its key had been answered before it began."""
    digest = hashlib.sha256((operation.asked["key"] or "").encode()).hexdigest()
    return any(
        write.new.get("sk") == "IDEMPOTENCY"
        and write.new["pk"].endswith(f"#{digest}")
        and record.windows.ended[write.place] < operation.began
        for write in record.writes
    )


def _is_booked(record: BookingHistory, operation: LoggedOperation) -> bool:
    return any(state.get("state") == "booked" for state in _holds(record, operation))


def _is_unknown(record: BookingHistory, operation: LoggedOperation) -> bool:
    return any(not state for state in _holds(record, operation))


def _is_another(_: BookingHistory, operation: LoggedOperation) -> bool:
    return bool(operation.asked["notes"] != operation.asked["holdId"])


def _is_final(record: BookingHistory, operation: LoggedOperation) -> bool:
    return any(state.get("status") not in ("pending", "confirmed") for state in _versions(record, operation))


def _is_at_requested_time(record: BookingHistory, operation: LoggedOperation) -> bool:
    wanted = operation.asked["start"], operation.asked["doctorId"]
    return any(
        (state["startsAt"], state["doctorId"]) in (wanted, (wanted[0], state["doctorId"]))
        for state in _versions(record, operation)
        if state and wanted[1] in (None, state["doctorId"])
    )


def _is_other_version(record: BookingHistory, operation: LoggedOperation) -> bool:
    asked = {save["version"] for save in operation.asked["saves"]}
    return any(state and int(state["version"]) not in asked for state in _versions(record, operation))


def _ends_too_soon(record: BookingHistory, operation: LoggedOperation) -> bool:
    return any(
        state and save["endsAt"] <= state["startsAt"]
        for save in operation.asked["saves"]
        if "endsAt" in save and "startsAt" not in save
        for state in _versions(record, operation)
    )


def _is_cancelled(record: BookingHistory, operation: LoggedOperation) -> bool:
    return any(state.get("status") == "cancelled" for state in _versions(record, operation))


def _is_already_restored(_: BookingHistory, operation: LoggedOperation) -> bool:
    return "already" in operation.answer["detail"]


def _holds(record: BookingHistory, operation: LoggedOperation) -> Iterator[Fields]:
    return record.visible(f"HOLD#{operation.asked['holdId']}", operation)


def _versions(record: BookingHistory, operation: LoggedOperation) -> Iterator[Fields]:
    return record.visible(f"APPOINTMENT#{operation.appointment}", operation)


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
