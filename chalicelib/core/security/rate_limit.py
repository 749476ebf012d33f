"""How often a member may do a thing: so many times in a window of time, at one DynamoDB call each time.

The window's number is part of the item's key, so that a new window needs no reset: it simply has no item yet.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.core.clock import Clock, from_ms, to_ms, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.http.errors import RateLimited
from chalicelib.core.security.tokens import Principal
from chalicelib.core.settings import settings

_MILLISECOND, _SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
# So long after its end no clock is in a window any more, and its item may go.
_RETENTION = timedelta(hours=1)
# A remembered window takes about 200 bytes.
_MAX_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Window:
    """One window of one member; `ends_at` belongs to the next already."""

    number: int
    ends_at: datetime

    def wait_seconds(self, now: datetime) -> int:
        """Whole seconds, at least 1, after which the next window has begun."""
        return max(1, -((now - self.ends_at) // _SECOND))


@dataclass(frozen=True, slots=True)
class RateLimit:
    """`most` times in a `window`, for each member by themselves; `name` keeps it apart from other limits."""

    name: str
    limit: int
    window: timedelta

    def window_of(self, member_id: str, now: datetime) -> Window:
        """The window that a member is in.

        Each member's windows are shifted by a hash of their id, the same in every process. If they all began
        at once, everybody who has to wait would come back in the same moment.
        """
        length_ms = self.window // _MILLISECOND
        shift_ms = zlib.crc32(member_id.encode()) % length_ms
        number = (to_ms(now) + shift_ms) // length_ms
        return Window(number, from_ms((number + 1) * length_ms - shift_ms))


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tried what, and when."""

    tenant_id: str
    member_id: str
    member_name: str
    member_email: str
    appointment_id: str
    at: datetime


class ExhaustedWindows:
    """The windows that this process knows to be used up, by their partition; it forgets the oldest first.

    One that has ended is never asked for again and only waits to be forgotten. One that is forgotten too early
    costs a call, no more.
    """

    def __init__(self, max_size: int = _MAX_REMEMBERED) -> None:
        self._max_size = max_size
        self._partitions: dict[str, None] = {}

    def __contains__(self, partition: str) -> bool:
        return partition in self._partitions

    def add(self, partition: str) -> None:
        """Remember a window."""
        self._partitions[partition] = None
        if len(self._partitions) > self._max_size:
            del self._partitions[next(iter(self._partitions))]


@cache
def exhausted_windows() -> ExhaustedWindows:
    """Those of this process."""
    return ExhaustedWindows()


def lock_attempt_limit() -> RateLimit:
    """How often a member may ask for a lock: `LOCK_RATE_LIMIT` times in `LOCK_RATE_WINDOW_SECONDS`."""
    config = settings()
    return RateLimit(
        keys.LOCK_ATTEMPTS, config.lock_rate_limit, timedelta(seconds=config.lock_rate_window_seconds)
    )


def control_request_limit() -> RateLimit:
    """How often a member may ask a holder for control: as often as for a lock, and counted apart from that."""
    return replace(lock_attempt_limit(), name=keys.CONTROL_REQUESTS)


# Counts an attempt in its window unless that is used up; whether it did. See `count_in_table`.
Count = Callable[[Attempt, RateLimit, Window], bool]


def consume(
    limit: RateLimit,
    principal: Principal,
    appointment_id: str,
    *,
    clock: Clock = utc_now,
    count: Count | None = None,
    exhausted: ExhaustedWindows | None = None,
) -> None:
    """Count one attempt of a member at the appointment `target`; one call, none once the window is known as full.

    Raises:
        RateLimited: the member has none left in this window; the refusal says how long to wait.
        InvalidId: `target` cannot be an id; nothing is counted.
    """
    now, exhausted = clock(), exhausted or exhausted_windows()
    window = limit.window_of(principal.member_id, now)
    attempt = _attempt(principal, keys.validate_id(appointment_id), now)
    partition = _key(attempt, limit, window).partition
    if partition not in exhausted and (count or count_in_table)(attempt, limit, window):
        return
    exhausted.add(partition)
    raise _rate_limited(limit, window.wait_seconds(now))


def _attempt(principal: Principal, appointment_id: str, at: datetime) -> Attempt:
    member = (principal.tenant_id, principal.member_id, principal.name, principal.email)
    return Attempt(*member, appointment_id=appointment_id, at=at)


def _rate_limited(limit: RateLimit, wait_seconds: int) -> RateLimited:
    wait = "1 second" if wait_seconds == 1 else f"{wait_seconds} seconds"
    allowed = f"{limit.limit} in {limit.window // _SECOND} seconds"
    return RateLimited(
        f"Wait {wait} before you try again; these were too many attempts ({allowed} are allowed).",
        limit=limit.limit,
        retry_after_seconds=wait_seconds,
    )


class WindowItem(DataItem):
    """How much of one window is spent, and its last attempt: each of its stream records tells of one attempt."""

    used = NumberAttribute(attr_name="count")
    appointment_id = UnicodeAttribute(attr_name="appointmentId")
    member_id = UnicodeAttribute(attr_name="userId")
    member_name = UnicodeAttribute(attr_name="userName")
    member_email = UnicodeAttribute(attr_name="userEmail")
    at = NumberAttribute()


def count_in_table(attempt: Attempt, limit: RateLimit, window: Window) -> bool:
    """Count an attempt in DynamoDB, unless the window is used up; whether it was counted.

    A call whose answer got lost is repeated by the client and counts twice, to the member's disadvantage.
    """
    actions: list[Action] = [
        WindowItem.used.add(1),
        WindowItem.appointment_id.set(attempt.appointment_id),
        WindowItem.member_id.set(attempt.member_id),
        WindowItem.member_name.set(attempt.member_name),
        WindowItem.member_email.set(attempt.member_email),
        WindowItem.at.set(to_ms(attempt.at)),
        WindowItem.ttl.set(int((window.ends_at + _RETENTION).timestamp())),
    ]
    item = WindowItem.for_key(_key(attempt, limit, window))
    left = WindowItem.pk.does_not_exist() | (WindowItem.used < limit.limit)
    try:
        with_retries(lambda: item.update(actions, left))
    except ConditionFailed:
        return False
    return True


def parse_attempt(key: keys.RateLimitKey, image: dict[str, Any]) -> Attempt:
    """Return the last attempt of a window, from the new image of its stream record."""
    item = WindowItem.from_image(image)
    return Attempt(
        tenant_id=key.tenant_id,
        member_id=item.member_id,
        member_name=item.member_name,
        member_email=item.member_email,
        appointment_id=item.appointment_id,
        at=from_ms(item.at),
    )


def _key(attempt: Attempt, limit: RateLimit, window: Window) -> keys.RateLimitKey:
    return keys.RateLimitKey(attempt.tenant_id, attempt.member_id, limit.name, window.number)
