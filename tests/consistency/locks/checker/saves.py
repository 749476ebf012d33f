"""Accepted saves: each held the lock, and none is lost."""

from collections.abc import Iterator
from itertools import pairwise

from tests.consistency.harness.history import Write
from tests.consistency.harness.operation_log import LoggedOperation
from tests.consistency.locks.checker.lock_states import is_live
from tests.consistency.locks.item_history import ItemHistory
from tests.consistency.table_reader import Fields


def saves_held_lock(history: ItemHistory) -> Iterator[str]:
    """There is one order of all writes in which each save held its lock.

    The store orders the writes of one item, not those of two. The position of a save among the lock's writes must
    fit the fence (lock id, member, a live lease by the save's clock), the real time of the calls, and the order of
    saves. Taking the earliest position each time finds such an order if there is one.
    """
    by_notes = _by_notes(history)
    earliest = 0
    for save in history.saves:
        operation = by_notes.get(save.new["notes"])
        if operation is None:
            yield f"version {save.version} has no operation"
            continue
        fitting = [
            position
            for position in history.lock_states.positions(save.began, save.ended)
            if position >= earliest and _holds(history.lock_states.states[position], operation)
        ]
        if not fitting:
            yield f"version {save.version} was saved without the lock: {operation}"
            continue
        earliest = fitting[0]
        yield from _in_stream_order(history, save, operation)


def _in_stream_order(history: ItemHistory, save: Write, operation: LoggedOperation) -> Iterator[str]:
    """Check the order of all commits in the engine's single stream, which is stricter than AWS."""
    held = [write for write in history.locks if write.position < save.position]
    if not held or not _holds(held[-1].new, operation):
        yield f"version {save.version} is in the stream where its lock was not held: {operation}"


def no_lost_saves(history: ItemHistory) -> Iterator[str]:
    """Versions grow by one, each save names its predecessor, and the last is stored."""
    states = history.versions.states
    for before, after in pairwise(states):
        if after["version"] != before["version"] + 1:
            yield f"version {after['version']} follows {before['version']}"
        if after["notes"].split(" after ")[1] != before["notes"].partition(" ")[0]:
            yield f"version {after['version']} replaced {before['notes']!r} unseen"
    final = history.final_appointment
    if final and (final["version"], final["notes"]) != (states[-1]["version"], states[-1]["notes"]):
        yield f"the stored appointment differs from version {states[-1]['version']}"


def _by_notes(history: ItemHistory) -> dict[str, LoggedOperation]:
    return {operation.request["notes"]: operation for operation in history.operations if operation.kind == "save"}


def _holds(state: Fields, save: LoggedOperation) -> bool:
    mine = (save.request["lockId"], save.request["userId"])
    return (state.get("lockId"), state.get("userId")) == mine and is_live(state, save.clock)
