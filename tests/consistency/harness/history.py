"""The store's own order of writes, and when each can have been committed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from tests.consistency.harness.call_log import Call, ItemVersion
from tests.consistency.table_reader import Fields, ItemChange

NEVER, FOREVER = 0, 2**63


@dataclass(frozen=True)
class Write:
    """One version of an item, at its position in the stream of the whole table.

    The call that made it, by `client`, lasted from `began` to `ended`. A removal has no new fields.
    """

    position: int
    old: Fields
    new: Fields
    client: str | None = None
    began: int = NEVER
    ended: int = FOREVER

    @classmethod
    def of(cls, position: int, change: ItemChange, call: Call | None) -> "Write":
        """Join a change of the stream with the call that made it, if it is known."""
        if call is None:
            return cls(position, change.old, change.new)
        return cls(position, change.old, change.new, call.client, call.began, call.ended)

    @property
    def version(self) -> int:
        """The version that was written, or removed."""
        return int((self.new or self.old)["version"])

    @property
    def lock_id(self) -> str | None:
        """The lease in a lock's new fields."""
        return self.new.get("lockId")


class States:
    """The states of an item between its writes, and which of them were visible when."""

    def __init__(self, states: list[Fields], writes: list[Write]) -> None:
        self.states = states
        # A write was not committed before an earlier one began, nor after a later one had ended.
        self.began = list(accumulate((write.began for write in writes), max))
        self.ended = list(accumulate((write.ended for write in reversed(writes)), min))[::-1]

    def visible(self, began: int, ended: int | None) -> Iterator[Fields]:
        """Yield the states that may have been current at some instant between the two."""
        for position in self.positions(began, ended):
            yield self.states[position]

    def positions(self, began: int, ended: int | None) -> range:
        """Return the positions in `states` of those."""
        first = bisect_right(self.ended, began - 1)
        last = bisect_right(self.began, FOREVER if ended is None else ended)
        return range(first, last + 1)


def calls_by_version(calls: Iterable[Call]) -> dict[ItemVersion, Call]:
    """Return the call that made each version: the first one, where DynamoDB recognised a transaction again."""
    found: dict[ItemVersion, Call] = {}
    for call in sorted(calls, key=lambda call: call.began):
        for version in call.versions:
            found.setdefault(version, call)
    return found
