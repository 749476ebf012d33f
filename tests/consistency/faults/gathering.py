"""From what the store, the network and the clients have noted to one record for each appointment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core import keys
from tests.consistency.faults.diary import EVERYWHERE, Operation
from tests.consistency.faults.journal import Call, Written
from tests.consistency.faults.record import Record, Write
from tests.consistency.ledger import Change, Ledger
from tests.consistency.office import Room


@dataclass(frozen=True)
class Notes:
    """What was noted during a run, by everybody."""

    room: Room
    changes: list[Change]
    calls: list[Call]
    operations: list[Operation]


def records(notes: Notes, ledger: Ledger) -> list[Record]:
    """One record for each appointment."""
    makers = makers_of(notes.calls)
    by_partition = _by_partition(notes.changes)
    operations = _by_appointment(notes.operations)
    found = []
    for appointment in notes.room.appointments:
        partition = keys.appointment(notes.room.tenant_id, appointment)
        items = ledger.items(partition)
        found.append(
            Record(
                appointment,
                _writes(by_partition[partition], keys.LOCK, makers),
                _saves(by_partition[partition], makers),
                sorted(operations[appointment] + operations[EVERYWHERE], key=lambda operation: operation.began),
                items.get(keys.LOCK, {}),
                items[keys.APPOINTMENT],
                [item for kind, item in items.items() if kind.startswith(keys.history(""))],
                items.get(keys.STATISTICS, {}),
            )
        )
    return found


def makers_of(calls: Iterable[Call]) -> dict[Written, Call]:
    """The call that made each version: the first one, where DynamoDB knew a transaction again."""
    found: dict[Written, Call] = {}
    for call in sorted(calls, key=lambda call: call.began):
        for written in call.written:
            found.setdefault(written, call)
    return found


Placed = tuple[int, Change]


def _by_partition(changes: Iterable[Change]) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = defaultdict(list)
    for place, change in enumerate(changes):
        found[change.partition].append((place, change))
    return found


def _by_appointment(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        found[operation.appointment].append(operation)
    return found


def _writes(changes: Iterable[Placed], kind: str, makers: dict[Written, Call]) -> list[Write]:
    return [_write(place, change, makers) for place, change in changes if change.kind == kind]


def _saves(changes: Iterable[Placed], makers: dict[Written, Call]) -> list[Write]:
    """Without the entry of the appointment, and without what is not of the record itself."""
    writes = _writes(changes, keys.APPOINTMENT, makers)
    return [write for write in writes if write.old and write.old["version"] != write.version]


def _write(place: int, change: Change, makers: dict[Written, Call]) -> Write:
    call = makers.get(_written(change)) if change.new else None
    if call is None:
        return Write(place, change.old, change.new)
    return Write(place, change.old, change.new, call.client, call.began, call.ended)


def _written(change: Change) -> Written:
    version = int(change.new["version"])
    # A save's call names the version by its revision, which is in the same transaction.
    kind = keys.revision(version) if change.kind == keys.APPOINTMENT else change.kind
    return change.partition, kind, version
