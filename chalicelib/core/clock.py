"""Time and identity come from here, and are passed in wherever a rule needs them."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
IdFactory = Callable[[], str]


def utc_now() -> datetime:
    """The present instant in UTC, cut to whole milliseconds, which is what the store keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_id() -> str:
    """A fresh opaque id of 32 characters."""
    return uuid.uuid4().hex


def to_ms(instant: datetime) -> int:
    """Milliseconds since the epoch."""
    return round(instant.timestamp() * 1000)


def from_ms(milliseconds: float) -> datetime:
    """The instant that many milliseconds after the epoch, in UTC."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def rfc3339(instant: datetime) -> str:
    """RFC 3339 in UTC with `Z`; milliseconds only where there are any."""
    precision = "milliseconds" if instant.microsecond else "seconds"
    return instant.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
