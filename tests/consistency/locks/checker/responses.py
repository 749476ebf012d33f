"""Responses to clients: each agrees with the store."""

from collections.abc import Callable, Iterator

from tests.consistency.harness.operation_log import LoggedOperation
from tests.consistency.locks.checker.lock_states import is_live, is_version
from tests.consistency.locks.item_history import ItemHistory
from tests.consistency.table_reader import Fields

# Operations whose response is a lock.
GRANTING = frozenset({"acquire", "renew", "take_over", "move", "grant"})
# Operations that always write: without a write, another's write was taken for their own.
_ALWAYS_WRITES = frozenset({"force_release", "request", "deny"})


def successes_are_stored(history: ItemHistory) -> Iterator[str]:
    """Each success is among the operation's own writes."""
    for operation in history.operations:
        if operation.outcome != "ok":
            continue
        must_write = operation.kind in GRANTING | _ALWAYS_WRITES
        if must_write and not _is_lock_stored(history, operation):
            yield f"{operation} returned {dict(operation.response)}, which is not stored"
        if operation.kind == "save" and not _is_save_stored(history, operation):
            yield f"{operation} made no version {operation.response['version']}"


def reads_were_visible(history: ItemHistory) -> Iterator[str]:
    """Check that what a client read was visible during the operation."""
    for operation in history.operations:
        if operation.outcome == "ok" and not _was_visible(history, operation):
            yield f"{operation} saw {dict(operation.response)}, which was never so"


def no_internal_errors(history: ItemHistory) -> Iterator[str]:
    """No operation ends in an internal error."""
    for operation in history.operations:
        if operation.outcome == "error":
            yield f"{operation}: {operation.response['error']}"


def one_denial_per_response(history: ItemHistory) -> Iterator[str]:
    """One response denies at most one waiter."""
    for operation in history.operations:
        if operation.kind == "deny":
            denied = [write.version for write in history.writes_of(operation) if write.new["cause"] == "denied"]
            if len(denied) > 1:
                yield f"{operation} denied {len(denied)} at once, with versions {denied}"


def _is_lock_stored(history: ItemHistory, operation: LoggedOperation) -> bool:
    """Whether the operation wrote this lease, and the lock was so. A repeated call may return a later version."""
    response = operation.response
    wrote = any(write.lock_id == response.get("lockId", write.lock_id) for write in history.writes_of(operation))
    return wrote and any(
        all(state.get(name) == value for name, value in response.items())
        for state in history.lock_states.visible(operation.began, operation.ended)
    )


def _is_save_stored(history: ItemHistory, operation: LoggedOperation) -> bool:
    notes, version = operation.request["notes"], operation.response["version"]
    return any(
        (write.new["version"], write.new.get("notes")) == (version, notes)
        for write in history.writes_of(operation)
    )


def _was_visible(history: ItemHistory, operation: LoggedOperation) -> bool:
    when = (operation.began, operation.ended)
    if operation.kind == "read":
        return any(_is_read(state, operation) for state in history.versions.visible(*when))
    was = _VISIBLE.get(operation.kind)
    return was is None or any(was(state, operation) for state in history.lock_states.visible(*when))


def _is_read(state: Fields, operation: LoggedOperation) -> bool:
    return (state["version"], state["notes"]) == (operation.response["version"], operation.response["notes"])


def _is_status(state: Fields, operation: LoggedOperation) -> bool:
    response, live = operation.response, is_live(state, operation.clock)
    mine = state.get("userId") == operation.request["userId"]
    fitting = ("locked_by_user" if mine else "locked_by_other") if live else "expired"
    expected = fitting if "lockId" in state else "unlocked"
    return is_version(state, response["version"]) and response["state"] == expected


def _is_freed(state: Fields, operation: LoggedOperation) -> bool:
    return is_version(state, operation.response["version"]) and "lockId" not in state


def _is_changed(state: Fields, operation: LoggedOperation) -> bool:
    return is_version(state, operation.response["version"])


_VISIBLE: dict[str, Callable[[Fields, LoggedOperation], bool]] = {
    "status": _is_status,
    "release": _is_freed,
    "force_release": _is_freed,
    "request": _is_changed,
    "withdraw": _is_changed,
    "deny": _is_changed,
}
