"""What was refused: for a reason, and not for the operation's own doing."""

from collections.abc import Callable, Iterator

from tests.consistency.faults.checker.lock_states import (
    is_lease_of,
    is_live,
    is_version,
    reserved_for,
    waitlist_of,
)
from tests.consistency.faults.item_history import ItemHistory
from tests.consistency.faults.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields


def rejections_wrote_nothing(record: ItemHistory) -> Iterator[str]:
    """Who was told no has not got what was refused.

    A write whose answer was lost is sent again, and may then meet what others made of it: that refusal is true.
    One that meets nothing but its own first sending is not. Of a save nothing at all may be left.
    """
    for operation in record.operations:
        if operation.outcome != "refused" or not (writes := record.writes_of(operation)):
            continue
        last = writes[-1]
        if last in record.saves or record.is_last_visible(last, operation.ended):
            yield f"{operation} was refused {operation.answer['code']} but wrote version {last.version}"


def rejections_had_reason(record: ItemHistory) -> Iterator[str]:
    """While it was asked, the lock or the appointment stood for an instant so that the refusal was right."""
    for operation in record.operations:
        if operation.outcome == "refused" and not _had_reason(record, operation):
            yield f"{operation} was refused {dict(operation.answer)} for no reason"


def _had_reason(record: ItemHistory, operation: LoggedOperation) -> bool:
    code = operation.answer["code"]
    if code == "NOT_FOUND":
        return str(operation.asked.get("lockId", "")).startswith("nobody.")
    if code == "FORBIDDEN":
        return operation.kind in ("take_over", "force_release") and operation.asked["role"] != "admin"
    is_of_save = operation.kind == "save" and code == "VERSION_MISMATCH"
    reason = _is_other_version if is_of_save else _REASONS.get((operation.kind, code))
    states = record.versions if is_of_save else record.lock_states
    if reason is None:
        return False
    seen = list(states.visible(operation.began, operation.ended))
    return any(reason(state, operation) for state in seen) or _waiter_changed(seen, operation)


def _waiter_changed(seen: list[Fields], operation: LoggedOperation) -> bool:
    """Whether a no found another asker in the place of the one that it was meant for."""
    if (operation.kind, operation.answer["code"]) != ("deny", "NOTHING_ASKED"):
        return False
    return len({(line[0]["userId"], line[0]["askedAt"]) for state in seen if (line := waitlist_of(state))}) > 1


def _is_other_version(state: Fields, operation: LoggedOperation) -> bool:
    version = state["version"]
    return bool(version == operation.answer["current"] != operation.asked["version"])


def _is_held_by_another_tab(state: Fields, operation: LoggedOperation) -> bool:
    told, asked = operation.answer["lock"], operation.asked
    if not is_live(state, operation.clock):
        return bool(told["userId"] == reserved_for(state, operation.clock) != asked["userId"])
    if is_lease_of(state, asked["userId"], asked["sessionId"]):
        return False
    return is_version(state, told["version"]) and bool(state["userId"] == told["userId"])


def _is_held_by_another_member(state: Fields, operation: LoggedOperation) -> bool:
    return is_live(state, operation.clock) and bool(state["userId"] != operation.asked["userId"])


def _is_own(state: Fields, operation: LoggedOperation) -> bool:
    return is_live(state, operation.clock) and bool(state["userId"] == operation.asked["userId"])


def _is_lost(state: Fields, operation: LoggedOperation) -> bool:
    asked = operation.asked
    mine = (state.get("lockId"), state.get("userId")) == (asked["lockId"], asked["userId"])
    return not mine or not is_live(state, operation.clock)


def _is_under_other_id(state: Fields, operation: LoggedOperation) -> bool:
    asked = operation.asked
    if "lockId" not in state:
        return False
    return bool(state["lockId"] != asked["lockId"] or asked["userId"] not in (None, state["userId"]))


def _is_not_expected(state: Fields, operation: LoggedOperation) -> bool:
    current, expected = operation.answer["current"], operation.asked["expectedVersion"]
    return expected not in (None, current) and is_version(state, current)


def _is_not_locked(state: Fields, operation: LoggedOperation) -> bool:
    return not is_live(state, operation.clock)


def _is_free_and_unreserved(state: Fields, operation: LoggedOperation) -> bool:
    return not is_live(state, operation.clock) and reserved_for(state, operation.clock) is None


def _is_not_requested(state: Fields, operation: LoggedOperation) -> bool:
    line, wanted = waitlist_of(state), operation.asked["to"]
    return not _is_lost(state, operation) and (not line or wanted not in (None, line[0]["userId"]))


_REASONS: dict[tuple[str, str], Callable[[Fields, LoggedOperation], bool]] = {
    ("acquire", "LOCKED"): _is_held_by_another_tab,
    ("move", "LOCKED"): _is_held_by_another_member,
    ("request", "LOCKED"): _is_own,
    ("move", "NOT_LOCKED"): _is_not_locked,
    ("request", "NOT_LOCKED"): _is_free_and_unreserved,
    ("take_over", "NOT_LOCKED"): _is_not_locked,
    ("force_release", "NOT_LOCKED"): _is_not_locked,
    ("renew", "LOCK_LOST"): _is_lost,
    ("save", "LOCK_LOST"): _is_lost,
    ("grant", "LOCK_LOST"): _is_lost,
    ("deny", "LOCK_LOST"): _is_lost,
    ("release", "LOCK_LOST"): _is_under_other_id,
    ("grant", "NOTHING_ASKED"): _is_not_requested,
    ("deny", "NOTHING_ASKED"): _is_not_requested,
    ("acquire", "VERSION_MISMATCH"): _is_not_expected,
    ("release", "VERSION_MISMATCH"): _is_not_expected,
    ("take_over", "VERSION_MISMATCH"): _is_not_expected,
    ("force_release", "VERSION_MISMATCH"): _is_not_expected,
}
