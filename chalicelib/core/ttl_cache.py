"""A cache whose entries expire, for one process."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

V = TypeVar("V")


class TTLCache(Generic[V]):
    """Values by key, each valid for `ttl` after it was put.

    Beyond `max_size`, the oldest entry is dropped.
    """

    def __init__(self, ttl: timedelta, max_size: int = 1000) -> None:
        self._ttl = ttl
        self._max_size = max_size
        self._entries: dict[str, tuple[datetime, V]] = {}

    def get(self, key: str, now: datetime) -> V | None:
        """Return the value, or None if it is absent or expired.

        A clock that was set back expires all values.
        """
        entry = self._entries.get(key)
        if entry is None or not timedelta() <= now - entry[0] < self._ttl:
            return None
        return entry[1]

    def put(self, key: str, value: V, now: datetime) -> None:
        """Store a value in place of the previous one."""
        self._entries.pop(key, None)
        self._entries[key] = now, value
        if len(self._entries) > self._max_size:
            del self._entries[next(iter(self._entries))]

    def delete(self, key: str) -> None:
        """Remove the value of a key, if there is one."""
        self._entries.pop(key, None)
