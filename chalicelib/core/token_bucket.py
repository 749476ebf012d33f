"""How often one may do a thing, by the memory of this process alone: no call, and no promise across processes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: datetime
    was_told: bool = False


class TokenBuckets:
    """`rate` times a second on average and `burst` times at once, for each key by itself.

    It remembers so many keys and forgets the one that was longest unused; a key that was forgotten begins anew.
    """

    def __init__(self, rate: float, burst: float, most: int = 10_000) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str, now: datetime) -> bool:
        """Whether there is a token left; it is taken."""
        bucket = self._filled(key, now)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def is_news(self, key: str) -> bool:
        """Whether who was refused has not been told of it since their bucket was half full; it counts as told."""
        bucket = self._buckets.get(key)
        if bucket is None or bucket.was_told:
            return False
        bucket.was_told = True
        return True

    def _filled(self, key: str, now: datetime) -> _Bucket:
        bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
        self._buckets[key] = bucket
        if len(self._buckets) > self._most:
            del self._buckets[next(iter(self._buckets))]
        # A clock that went back fills nothing.
        seconds = max(0.0, (now - bucket.filled_at).total_seconds())
        bucket.tokens = min(self._burst, bucket.tokens + seconds * self._rate)
        bucket.filled_at = now
        if bucket.tokens >= self._burst / 2:
            bucket.was_told = False
        return bucket
