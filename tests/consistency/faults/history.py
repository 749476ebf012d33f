"""From what the store, the network and the clients have noted to one record for each appointment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core.dynamodb import keys
from tests.consistency.faults.call_log import Call, ItemVersion
from tests.consistency.faults.item_history import ItemHistory, Write
from tests.consistency.faults.operation_log import ALL_APPOINTMENTS, LoggedOperation
from tests.consistency.seed import SeededTenant
from tests.consistency.table_reader import ItemChange, TableReader


@dataclass(frozen=True)
class RunLogs:
    """What was noted during a run, by everybody."""

    tenant: SeededTenant
    changes: list[ItemChange]
    calls: list[Call]
    operations: list[LoggedOperation]


def item_histories(notes: RunLogs, ledger: TableReader) -> list[ItemHistory]:
    """One record for each appointment."""
    makers = calls_by_version(notes.calls)
    by_partition = _by_partition(notes.changes)
    operations = _by_appointment(notes.operations)
    found = []
    for appointment in notes.tenant.appointments:
        partition = keys.AppointmentKey(notes.tenant.tenant_id, appointment).partition
        items = ledger.items(partition)
        found.append(
            ItemHistory(
                appointment,
                _writes(by_partition[partition], keys.LOCK, makers),
                _saves(by_partition[partition], makers),
                sorted(
                    operations[appointment] + operations[ALL_APPOINTMENTS], key=lambda operation: operation.began
                ),
                items.get(keys.LOCK, {}),
                items[keys.APPOINTMENT],
                [item for kind, item in items.items() if kind.startswith(keys.history(""))],
                items.get(keys.STATISTICS, {}),
            )
        )
    return found


def calls_by_version(calls: Iterable[Call]) -> dict[ItemVersion, Call]:
    """The call that made each version: the first one, where DynamoDB knew a transaction again."""
    found: dict[ItemVersion, Call] = {}
    for call in sorted(calls, key=lambda call: call.began):
        for written in call.versions:
            found.setdefault(written, call)
    return found


Positioned = tuple[int, ItemChange]


def _by_partition(changes: Iterable[ItemChange]) -> dict[str, list[Positioned]]:
    found: dict[str, list[Positioned]] = defaultdict(list)
    for place, change in enumerate(changes):
        found[change.partition].append((place, change))
    return found


def _by_appointment(operations: Iterable[LoggedOperation]) -> dict[str, list[LoggedOperation]]:
    found: dict[str, list[LoggedOperation]] = defaultdict(list)
    for operation in operations:
        found[operation.appointment].append(operation)
    return found


def _writes(changes: Iterable[Positioned], kind: str, makers: dict[ItemVersion, Call]) -> list[Write]:
    return [_write(place, change, makers) for place, change in changes if change.kind == kind]


def _saves(changes: Iterable[Positioned], makers: dict[ItemVersion, Call]) -> list[Write]:
    """Without the entry of the appointment, and without what is not of the record itself."""
    writes = _writes(changes, keys.APPOINTMENT, makers)
    return [write for write in writes if write.old and write.old["version"] != write.version]


def _write(place: int, change: ItemChange, makers: dict[ItemVersion, Call]) -> Write:
    call = makers.get(_version_of(change)) if change.new else None
    if call is None:
        return Write(place, change.old, change.new)
    return Write(place, change.old, change.new, call.client, call.began, call.ended)


def _version_of(change: ItemChange) -> ItemVersion:
    version = int(change.new["version"])
    # A save's call names the version by its revision, which is in the same transaction.
    kind = keys.revision(version) if change.kind == keys.APPOINTMENT else change.kind
    return change.partition, kind, version
