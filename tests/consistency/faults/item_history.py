"""One appointment's record of a run, all that the checker sees: the store's own order, and what clients said."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from tests.consistency.faults.operation_log import LoggedOperation
from tests.consistency.table_reader import Fields

NEVER, FOREVER = 0, 2**63
# In the state of a lock without an item: the version that was removed.
REMOVED_VERSION = "gone"


@dataclass(frozen=True)
class Write:
    """One version of an item, as the store's stream has it, at this place of the whole table's order.

    It was committed at some instant from `began` to `ended`, which is the call that made it, by `client`.
    A removal has no new fields.
    """

    place: int
    old: Fields
    new: Fields
    client: str | None = None
    began: int = NEVER
    ended: int = FOREVER

    @property
    def version(self) -> int:
        """The version that it made, or removed."""
        return int((self.new or self.old)["version"])

    @property
    def lock_id(self) -> str | None:
        """Of a lock: the hold that it leaves standing."""
        return self.new.get("lockId")


@dataclass(frozen=True)
class ItemHistory:
    """An appointment: all writes of its lock, all saves, all operations, and what stands at the end: both items,
    and what is told and counted of the lock.
    """

    appointment: str
    locks: list[Write]
    saves: list[Write]
    operations: list[LoggedOperation]
    final_lock: Fields = field(default_factory=dict)
    final_appointment: Fields = field(default_factory=dict)
    history: list[Fields] = field(default_factory=list)
    statistics: Fields = field(default_factory=dict)

    @cached_property
    def lock_states(self) -> "States":
        """The lock before the first write and after each; where it has no item, what is known of it."""
        after = [write.new or {REMOVED_VERSION: write.version} for write in self.locks]
        return States([{REMOVED_VERSION: 0}, *after], self.locks)

    @cached_property
    def versions(self) -> "States":
        """The appointment's versions: the first, and the one after each save."""
        first = {"version": 1, "notes": ""}
        return States([first, *(write.new for write in self.saves)], self.saves)

    @cached_property
    def writes_by_operation(self) -> dict[tuple[str, int], list[Write]]:
        """The writes of every operation, the lock's first."""
        found: dict[tuple[str, int], list[Write]] = {}
        authors = _OperationIndex(self.operations)
        for write in [*self.locks, *self.saves]:
            if operation := authors.of(write):
                found.setdefault((operation.client, operation.number), []).append(write)
        return found

    def is_last_visible(self, write: Write, until: int | None) -> bool:
        """Whether nothing but this write can have been seen of its lock from then on until that instant."""
        place = self.locks.index(write) + 1
        return self.lock_states.positions(FOREVER if until is None else until, until)[-1] <= place

    def writes_of(self, operation: LoggedOperation) -> list[Write]:
        """What one operation wrote."""
        return self.writes_by_operation.get((operation.client, operation.number), [])


class States:
    """What an item was between its writes, and who may have seen which of it when."""

    def __init__(self, states: list[Fields], writes: list[Write]) -> None:
        self.states = states
        # A write was committed not before those before it began, and not after those after it had ended.
        self.began = list(accumulate((write.began for write in writes), max))
        self.ended = list(accumulate((write.ended for write in reversed(writes)), min))[::-1]

    def visible(self, began: int, ended: int | None) -> Iterator[Fields]:
        """The states that stood at some instant between the two."""
        for place in self.positions(began, ended):
            yield self.states[place]

    def positions(self, began: int, ended: int | None) -> range:
        """The places in `states` that may have been the present one at some instant between the two."""
        first = bisect_right(self.ended, began - 1)
        last = bisect_right(self.began, FOREVER if ended is None else ended)
        return range(first, last + 1)


class _OperationIndex:
    def __init__(self, operations: Iterable[LoggedOperation]) -> None:
        self._by_client: dict[str, list[LoggedOperation]] = {}
        for operation in operations:
            self._by_client.setdefault(operation.client, []).append(operation)

    def of(self, write: Write) -> LoggedOperation | None:
        """The operation in which a write was sent."""
        mine = self._by_client.get(write.client or "", [])
        place = bisect_right(mine, write.began, key=lambda operation: operation.began)
        return mine[place - 1] if place else None
