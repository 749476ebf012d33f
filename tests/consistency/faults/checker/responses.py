"""What clients were told: all of it was so."""

from collections.abc import Callable, Iterator

from tests.consistency.faults.checker.lock_states import is_live, is_version
from tests.consistency.faults.item_history import ItemHistory
from tests.consistency.faults.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

# What is told a lock.
GRANTING = frozenset({"acquire", "renew", "take_over", "move", "grant"})
# What such an operation must have written, if it wrote nothing then somebody else's doing was taken for its own.
_ALWAYS_WRITES = frozenset({"force_release", "request", "deny"})


def successes_are_stored(record: ItemHistory) -> Iterator[str]:
    """Each success is among the operation's own writes, as it was told."""
    for operation in record.operations:
        if operation.outcome != "done":
            continue
        is_told_of_write = operation.kind in GRANTING | _ALWAYS_WRITES
        if is_told_of_write and not _is_lock_stored(record, operation):
            yield f"{operation} was told {dict(operation.answer)}, which is not stored"
        if operation.kind == "save" and not _is_save_stored(record, operation):
            yield f"{operation} made no version {operation.answer['version']}"


def reads_were_visible(record: ItemHistory) -> Iterator[str]:
    """What was read, or found done already, stood so while it was asked for."""
    for operation in record.operations:
        if operation.outcome == "done" and not _was_visible(record, operation):
            yield f"{operation} saw {dict(operation.answer)}, which was never so"


def no_internal_errors(record: ItemHistory) -> Iterator[str]:
    """No operation ends in an error of our own."""
    for operation in record.operations:
        if operation.outcome == "broken":
            yield f"{operation}: {operation.answer['error']}"


def one_denial_per_response(record: ItemHistory) -> Iterator[str]:
    """One no is one asker's."""
    for operation in record.operations:
        if operation.kind == "deny":
            denied = [write.version for write in record.writes_of(operation) if write.new["cause"] == "denied"]
            if len(denied) > 1:
                yield f"{operation} denied {len(denied)} at once, with versions {denied}"


def _is_lock_stored(record: ItemHistory, operation: LoggedOperation) -> bool:
    """It wrote this hold, and the lock stood so. Who heard nothing at first may be told a later version of it."""
    told = operation.answer
    wrote = any(write.lock_id == told.get("lockId", write.lock_id) for write in record.writes_of(operation))
    return wrote and any(
        all(state.get(name) == value for name, value in told.items())
        for state in record.lock_states.visible(operation.began, operation.ended)
    )


def _is_save_stored(record: ItemHistory, operation: LoggedOperation) -> bool:
    notes, version = operation.asked["notes"], operation.answer["version"]
    return any(
        (write.new["version"], write.new.get("notes")) == (version, notes) for write in record.writes_of(operation)
    )


def _was_visible(record: ItemHistory, operation: LoggedOperation) -> bool:
    when = (operation.began, operation.ended)
    if operation.kind == "read":
        return any(_is_read(state, operation) for state in record.versions.visible(*when))
    was = _VISIBLE.get(operation.kind)
    return was is None or any(was(state, operation) for state in record.lock_states.visible(*when))


def _is_read(state: Fields, operation: LoggedOperation) -> bool:
    return (state["version"], state["notes"]) == (operation.answer["version"], operation.answer["notes"])


def _is_status(state: Fields, operation: LoggedOperation) -> bool:
    told, live = operation.answer, is_live(state, operation.clock)
    mine = state.get("userId") == operation.asked["userId"]
    fitting = ("locked_by_user" if mine else "locked_by_other") if live else "expired"
    expected = fitting if "lockId" in state else "unlocked"
    return is_version(state, told["version"]) and told["state"] == expected


def _is_freed(state: Fields, operation: LoggedOperation) -> bool:
    return is_version(state, operation.answer["version"]) and "lockId" not in state


def _is_changed(state: Fields, operation: LoggedOperation) -> bool:
    return is_version(state, operation.answer["version"])


_VISIBLE: dict[str, Callable[[Fields, LoggedOperation], bool]] = {
    "status": _is_status,
    "release": _is_freed,
    "force_release": _is_freed,
    "request": _is_changed,
    "withdraw": _is_changed,
    "deny": _is_changed,
}
