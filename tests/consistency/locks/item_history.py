"""The history of one appointment and its lock."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.core.dynamodb import keys
from tests.consistency.harness.call_log import Call, ItemVersion
from tests.consistency.harness.history import FOREVER, States, Write, calls_by_version
from tests.consistency.harness.operation_log import ALL_APPOINTMENTS, LoggedOperation
from tests.consistency.harness.run import RunLogs
from tests.consistency.seed import SeededTenant
from tests.consistency.table_reader import Fields, ItemChange

# In the state of a lock without an item: the version that was removed.
REMOVED_VERSION = "gone"


@dataclass(frozen=True)
class ItemHistory:
    """All writes of an appointment's lock, its saves, all operations, and what is stored at the end."""

    appointment: str
    locks: list[Write]
    saves: list[Write]
    operations: list[LoggedOperation]
    final_lock: Fields = field(default_factory=dict)
    final_appointment: Fields = field(default_factory=dict)
    history: list[Fields] = field(default_factory=list)
    statistics: Fields = field(default_factory=dict)

    @cached_property
    def lock_states(self) -> States:
        """The lock before the first write and after each; without an item, the removed version."""
        after = [write.new or {REMOVED_VERSION: write.version} for write in self.locks]
        return States([{REMOVED_VERSION: 0}, *after], self.locks)

    @cached_property
    def versions(self) -> States:
        """The appointment at first and after each save."""
        first = {"version": 1, "notes": ""}
        return States([first, *(write.new for write in self.saves)], self.saves)

    @cached_property
    def writes_by_operation(self) -> dict[tuple[str, int], list[Write]]:
        """The writes of each operation, those of the lock first."""
        found: dict[tuple[str, int], list[Write]] = {}
        authors = _OperationIndex(self.operations)
        for write in [*self.locks, *self.saves]:
            if operation := authors.of(write):
                found.setdefault((operation.client, operation.number), []).append(write)
        return found

    def is_last_visible(self, write: Write, until: int | None) -> bool:
        """Whether no later state of the lock was visible until that instant."""
        position = self.locks.index(write) + 1
        return self.lock_states.positions(FOREVER if until is None else until, until)[-1] <= position

    def writes_of(self, operation: LoggedOperation) -> list[Write]:
        """Return the writes of one operation."""
        return self.writes_by_operation.get((operation.client, operation.number), [])


class _OperationIndex:
    def __init__(self, operations: Iterable[LoggedOperation]) -> None:
        self._by_client: dict[str, list[LoggedOperation]] = {}
        for operation in operations:
            self._by_client.setdefault(operation.client, []).append(operation)

    def of(self, write: Write) -> LoggedOperation | None:
        """Return the operation that sent a write."""
        mine = self._by_client.get(write.client or "", [])
        position = bisect_right(mine, write.began, key=lambda operation: operation.began)
        return mine[position - 1] if position else None


def item_histories(
    tenant: SeededTenant, logs: RunLogs, items_of: Callable[[str], dict[str, Fields]]
) -> list[ItemHistory]:
    """Return one history for each appointment; `items_of` reads a partition's items by sort key."""
    calls = calls_by_version(logs.calls)
    by_partition = _by_partition(logs.changes)
    operations = _by_appointment(logs.operations)
    histories = []
    for appointment in tenant.appointments:
        partition = keys.AppointmentKey(tenant.tenant_id, appointment).partition
        items = items_of(partition)
        own = operations[appointment] + operations[ALL_APPOINTMENTS]
        histories.append(
            ItemHistory(
                appointment,
                _writes(by_partition[partition], keys.LOCK, calls),
                _saves(by_partition[partition], calls),
                sorted(own, key=lambda operation: operation.began),
                items.get(keys.LOCK, {}),
                items[keys.APPOINTMENT],
                [item for kind, item in items.items() if kind.startswith(keys.history(""))],
                items.get(keys.STATISTICS, {}),
            )
        )
    return histories


Positioned = tuple[int, ItemChange]


def _by_partition(changes: Iterable[ItemChange]) -> dict[str, list[Positioned]]:
    found: dict[str, list[Positioned]] = defaultdict(list)
    for position, change in enumerate(changes):
        found[change.partition].append((position, change))
    return found


def _by_appointment(operations: Iterable[LoggedOperation]) -> dict[str, list[LoggedOperation]]:
    found: dict[str, list[LoggedOperation]] = defaultdict(list)
    for operation in operations:
        found[operation.appointment].append(operation)
    return found


def _writes(changes: Iterable[Positioned], kind: str, calls: dict[ItemVersion, Call]) -> list[Write]:
    return [_write(position, change, calls) for position, change in changes if change.kind == kind]


def _saves(changes: Iterable[Positioned], calls: dict[ItemVersion, Call]) -> list[Write]:
    """Return the writes of new versions, without the appointment's creation."""
    writes = _writes(changes, keys.APPOINTMENT, calls)
    return [write for write in writes if write.old and write.old["version"] != write.version]


def _write(position: int, change: ItemChange, calls: dict[ItemVersion, Call]) -> Write:
    return Write.of(position, change, calls.get(_version_of(change)) if change.new else None)


def _version_of(change: ItemChange) -> ItemVersion:
    version = int(change.new["version"])
    # A save's call names the version by its revision, which is in the same transaction.
    kind = keys.revision(version) if change.kind == keys.APPOINTMENT else change.kind
    return change.partition, kind, version
