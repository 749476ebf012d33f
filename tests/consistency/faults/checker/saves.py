"""The saves that were taken: each under the lock, none lost."""

from collections.abc import Iterator
from itertools import pairwise

from tests.consistency.faults.checker.lock_states import is_live
from tests.consistency.faults.item_history import ItemHistory, Write
from tests.consistency.faults.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields


def saves_held_lock(record: ItemHistory) -> Iterator[str]:
    """There is one order of all writes in which every save stands while its own lock was held.

    The store promises an order for each item and none between two. A save's place among the lock's writes must
    fit the fence (its lock id, its member, a lease that was not over by its clock), the calls' real time, and the
    order of the saves. Taking the earliest place each time finds such an order if there is any.
    """
    by_notes = _by_notes(record)
    earliest = 0
    for save in record.saves:
        operation = by_notes.get(save.new["notes"])
        if operation is None:
            yield f"version {save.version} was saved by nobody"
            continue
        fitting = [
            place
            for place in record.lock_states.positions(save.began, save.ended)
            if place >= earliest and _holds(record.lock_states.states[place], operation)
        ]
        if not fitting:
            yield f"version {save.version} was saved without the lock: {operation}"
            continue
        earliest = fitting[0]
        yield from _in_stream_order(record, save, operation)


def _in_stream_order(record: ItemHistory, save: Write, operation: LoggedOperation) -> Iterator[str]:
    """The engine for tests has one stream, in the order of all commits: stricter than what AWS promises."""
    held = [write for write in record.locks if write.place < save.place]
    if not held or not _holds(held[-1].new, operation):
        yield f"version {save.version} stands in the stream where its lock was not held: {operation}"


def no_lost_saves(record: ItemHistory) -> Iterator[str]:
    """Versions go up by one, each save names the one that it replaced, and the last one stands."""
    states = record.versions.states
    for before, after in pairwise(states):
        if after["version"] != before["version"] + 1:
            yield f"version {after['version']} came right after {before['version']}"
        if after["notes"].split(" after ")[1] != before["notes"].partition(" ")[0]:
            yield f"version {after['version']} replaced {before['notes']!r} unseen"
    final = record.final_appointment
    if final and (final["version"], final["notes"]) != (states[-1]["version"], states[-1]["notes"]):
        yield f"the appointment stands otherwise than version {states[-1]['version']} left it"


def _by_notes(record: ItemHistory) -> dict[str, LoggedOperation]:
    return {operation.asked["notes"]: operation for operation in record.operations if operation.kind == "save"}


def _holds(state: Fields, save: LoggedOperation) -> bool:
    mine = (save.asked["lockId"], save.asked["userId"])
    return (state.get("lockId"), state.get("userId")) == mine and is_live(state, save.clock)
