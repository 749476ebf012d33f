"""What a process looked up lately and need not ask for again so soon."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

V = TypeVar("V")


class TTLCache(Generic[V]):
    """Answers by key, each good for `life` after it was given. It keeps `most` and forgets the oldest first."""

    def __init__(self, ttl: timedelta, max_size: int = 1000) -> None:
        self._ttl = ttl
        self._max_size = max_size
        self._entries: dict[str, tuple[datetime, V]] = {}

    def get(self, key: str, now: datetime) -> V | None:
        """The answer, None if there is none or it is too old; after a clock was set back, all are."""
        kept = self._entries.get(key)
        if kept is None or not timedelta() <= now - kept[0] < self._ttl:
            return None
        return kept[1]

    def put(self, key: str, value: V, now: datetime) -> None:
        """Keep an answer, in place of the one before."""
        self._entries.pop(key, None)
        self._entries[key] = now, value
        if len(self._entries) > self._max_size:
            del self._entries[next(iter(self._entries))]

    def delete(self, key: str) -> None:
        """Keep no answer for this key."""
        self._entries.pop(key, None)
