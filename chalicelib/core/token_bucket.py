"""Token buckets in the memory of one process: no calls, and no guarantee across processes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: datetime
    was_notified: bool = False


class TokenBuckets:
    """Allow each key `rate` uses a second on average and `burst` at once.

    Beyond `max_keys`, the least recently used bucket is dropped; its key starts again with a full one.
    """

    def __init__(self, rate: float, burst: float, max_keys: int = 10_000) -> None:
        self._rate = rate
        self._burst = burst
        self._max_keys = max_keys
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str, now: datetime) -> bool:
        """Take a token. Returns whether there was one."""
        bucket = self._refill(key, now)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def should_notify(self, key: str) -> bool:
        """Return True once per flood.

        That is for the first refusal since the bucket was last half full.
        """
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
        # A clock that was set back adds no tokens.
        seconds = max(0.0, (now - bucket.filled_at).total_seconds())
        bucket.tokens = min(self._burst, bucket.tokens + seconds * self._rate)
        bucket.filled_at = now
        if bucket.tokens >= self._burst / 2:
            bucket.was_notified = False
        return bucket
