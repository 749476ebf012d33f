"""Rejections: each has a reason, and the rejected operation wrote nothing."""

from collections.abc import Callable, Iterator

from tests.consistency.harness.operation_log import LoggedOperation
from tests.consistency.locks.checker.lock_states import is_lease_of, is_live, is_version, reserved_for, waitlist_of
from tests.consistency.locks.item_history import ItemHistory
from tests.consistency.table_reader import Fields


def rejections_wrote_nothing(history: ItemHistory) -> Iterator[str]:
    """Check that a rejected operation left no write.

    A repeated call may meet what others wrote after its lost first response: that rejection is true. It is false
    if the call met nothing but its own first attempt. A rejected save never leaves a write.
    """
    for operation in history.operations:
        if operation.outcome != "rejected" or not (writes := history.writes_of(operation)):
            continue
        last = writes[-1]
        if last in history.saves or history.is_last_visible(last, operation.ended):
            yield f"{operation} was refused {operation.response['code']} but wrote version {last.version}"


def rejections_had_reason(history: ItemHistory) -> Iterator[str]:
    """At some instant of the operation, the state of the lock or appointment justified the rejection."""
    for operation in history.operations:
        if operation.outcome == "rejected" and not _had_reason(history, operation):
            yield f"{operation} was refused {dict(operation.response)} for no reason"


def _had_reason(history: ItemHistory, operation: LoggedOperation) -> bool:
    code = operation.response["code"]
    if code == "NOT_FOUND":
        return str(operation.request.get("lockId", "")).startswith("nobody.")
    if code == "FORBIDDEN":
        return operation.kind in ("take_over", "force_release") and operation.request["role"] != "admin"
    is_of_save = operation.kind == "save" and code == "VERSION_MISMATCH"
    reason = _is_other_version if is_of_save else _REASONS.get((operation.kind, code))
    states = history.versions if is_of_save else history.lock_states
    if reason is None:
        return False
    seen = list(states.visible(operation.began, operation.ended))
    return any(reason(state, operation) for state in seen) or _waiter_changed(seen, operation)


def _waiter_changed(seen: list[Fields], operation: LoggedOperation) -> bool:
    """Whether the first waiter changed during a denial."""
    if (operation.kind, operation.response["code"]) != ("deny", "NOTHING_ASKED"):
        return False
    return (
        len(
            {(waitlist[0]["userId"], waitlist[0]["askedAt"]) for state in seen if (waitlist := waitlist_of(state))}
        )
        > 1
    )


def _is_other_version(state: Fields, operation: LoggedOperation) -> bool:
    version = state["version"]
    return bool(version == operation.response["current"] != operation.request["version"])


def _is_held_by_another_tab(state: Fields, operation: LoggedOperation) -> bool:
    response, request = operation.response["lock"], operation.request
    if not is_live(state, operation.clock):
        return bool(response["userId"] == reserved_for(state, operation.clock) != request["userId"])
    if is_lease_of(state, request["userId"], request["sessionId"]):
        return False
    return is_version(state, response["version"]) and bool(state["userId"] == response["userId"])


def _is_held_by_another_member(state: Fields, operation: LoggedOperation) -> bool:
    return is_live(state, operation.clock) and bool(state["userId"] != operation.request["userId"])


def _is_own(state: Fields, operation: LoggedOperation) -> bool:
    return is_live(state, operation.clock) and bool(state["userId"] == operation.request["userId"])


def _is_lost(state: Fields, operation: LoggedOperation) -> bool:
    request = operation.request
    mine = (state.get("lockId"), state.get("userId")) == (request["lockId"], request["userId"])
    return not mine or not is_live(state, operation.clock)


def _is_under_other_id(state: Fields, operation: LoggedOperation) -> bool:
    request = operation.request
    if "lockId" not in state:
        return False
    return bool(state["lockId"] != request["lockId"] or request["userId"] not in (None, state["userId"]))


def _is_not_expected(state: Fields, operation: LoggedOperation) -> bool:
    current, expected = operation.response["current"], operation.request["expectedVersion"]
    return expected not in (None, current) and is_version(state, current)


def _is_not_locked(state: Fields, operation: LoggedOperation) -> bool:
    return not is_live(state, operation.clock)


def _is_free_and_unreserved(state: Fields, operation: LoggedOperation) -> bool:
    return not is_live(state, operation.clock) and reserved_for(state, operation.clock) is None


def _is_not_requested(state: Fields, operation: LoggedOperation) -> bool:
    waitlist, wanted = waitlist_of(state), operation.request["to"]
    return not _is_lost(state, operation) and (not waitlist or wanted not in (None, waitlist[0]["userId"]))


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
