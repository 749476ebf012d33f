"""How often one may do a thing, by the memory of this process alone: no call, and no promise across processes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: datetime
    was_notified: bool = False


class TokenBuckets:
    """`rate` times a second on average and `burst` times at once, for each key by itself.

    It remembers so many keys and forgets the one that was longest unused; a key that was forgotten begins anew.
    """

    def __init__(self, rate: float, burst: float, max_keys: int = 10_000) -> None:
        self._rate = rate
        self._burst = burst
        self._max_keys = max_keys
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str, now: datetime) -> bool:
        """Whether there is a token left; it is taken."""
        bucket = self._refill(key, now)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def should_notify(self, key: str) -> bool:
        """Whether who was refused has not been told of it since their bucket was half full; it counts as told."""
        bucket = self._buckets.get(key)
        if bucket is None or bucket.was_notified:
            return False
        bucket.was_notified = True
        return True

    def _refill(self, key: str, now: datetime) -> _Bucket:
        bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
        self._buckets[key] = bucket
        if len(self._buckets) > self._max_keys:
            del self._buckets[next(iter(self._buckets))]
        # A clock that went back fills nothing.
        seconds = max(0.0, (now - bucket.filled_at).total_seconds())
        bucket.tokens = min(self._burst, bucket.tokens + seconds * self._rate)
        bucket.filled_at = now
        if bucket.tokens >= self._burst / 2:
            bucket.was_notified = False
        return bucket
