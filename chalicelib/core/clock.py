"""Time, ids and secrets. Rules take a `Clock` and an `IdFactory` as arguments, so that tests can choose both."""

import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
IdFactory = Callable[[], str]


def utc_now() -> datetime:
    """Return the present in UTC, in whole milliseconds, as it is stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_id() -> str:
    """Return a new opaque id of 32 characters."""
    return uuid.uuid4().hex


def new_secret(bits: int = 128) -> str:
    """Return this many random bits as URL-safe text."""
    return secrets.token_urlsafe(bits // 8)


def to_ms(instant: datetime) -> int:
    """Return milliseconds since the epoch."""
    return round(instant.timestamp() * 1000)


def from_ms(milliseconds: float) -> datetime:
    """Return the instant, in UTC, of milliseconds since the epoch."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def rfc3339(instant: datetime) -> str:
    """Return the RFC 3339 text of an instant, in UTC with `Z`.

    Milliseconds only if they are not zero.
    """
    precision = "milliseconds" if instant.microsecond else "seconds"
    return instant.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
