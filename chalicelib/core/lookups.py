"""What a process looked up lately and need not ask for again so soon."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

V = TypeVar("V")


class Lookups(Generic[V]):
    """Answers by key, each good for `life` after it was given. It keeps `most` and forgets the oldest first."""

    def __init__(self, life: timedelta, most: int = 1000) -> None:
        self._life = life
        self._most = most
        self._kept: dict[str, tuple[datetime, V]] = {}

    def get(self, key: str, now: datetime) -> V | None:
        """The answer, None if there is none or it is too old; after a clock was set back, all are."""
        kept = self._kept.get(key)
        if kept is None or not timedelta() <= now - kept[0] < self._life:
            return None
        return kept[1]

    def put(self, key: str, answer: V, now: datetime) -> None:
        """Keep an answer, in place of the one before."""
        self._kept.pop(key, None)
        self._kept[key] = now, answer
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def forget(self, key: str) -> None:
        """Keep no answer for this key."""
        self._kept.pop(key, None)
