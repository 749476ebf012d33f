"""Rate limits of members: attempts per window, at one DynamoDB call each.

The number of the window is part of the counter's key. A new window has no counter yet, so nothing is reset.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
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

_MILLISECOND, _SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
# By then every clock has left the window, and its counter can be removed.
_RETENTION = timedelta(hours=1)
# A remembered window takes about 200 bytes.
_MAX_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Window:
    """One window of one member, up to and without `ends_at`."""

    number: int
    ends_at: datetime

    def wait_seconds(self, now: datetime) -> int:
        """Return the whole seconds, at least 1, until the next window."""
        return max(1, -((now - self.ends_at) // _SECOND))


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A number of attempts per window, for each member.

    `name` is part of the counters' keys.
    """

    name: str
    limit: int
    window: timedelta

    def window_of(self, member_id: str, now: datetime) -> Window:
        """Return the current window of a member.

        A hash of the member's id shifts the windows, so that waiting members do not all retry at one instant.
        """
        length_ms = self.window // _MILLISECOND
        shift_ms = zlib.crc32(member_id.encode()) % length_ms
        number = (to_ms(now) + shift_ms) // length_ms
        return Window(number, from_ms((number + 1) * length_ms - shift_ms))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a member, at the subject of its request, such as an appointment."""

    tenant_id: str
    member_id: str
    member_name: str
    member_email: str
    subject_id: str
    at: datetime


class ExhaustedWindows:
    """The exhausted windows that this process has seen, by partition.

    At capacity it drops the oldest.

    A window that is dropped too early costs one call.
    """

    def __init__(self, max_size: int = _MAX_REMEMBERED) -> None:
        self._max_size = max_size
        self._partitions: dict[str, None] = {}

    def __contains__(self, partition: str) -> bool:
        return partition in self._partitions

    def add(self, partition: str) -> None:
        """Add a window."""
        self._partitions[partition] = None
        if len(self._partitions) > self._max_size:
            del self._partitions[next(iter(self._partitions))]


@cache
def exhausted_windows() -> ExhaustedWindows:
    """Return the exhausted windows of this process."""
    return ExhaustedWindows()


# Counts an attempt unless its window is exhausted. Returns whether it was counted, as `count_in_table`.
Count = Callable[[Attempt, RateLimit, Window], bool]


def consume(
    limit: RateLimit,
    principal: Principal,
    subject_id: str,
    *,
    clock: Clock = utc_now,
    count: Count | None = None,
    exhausted: ExhaustedWindows | None = None,
) -> None:
    """Count one attempt of a member.

    One call, none in a window that this process knows to be exhausted.

    Raises:
        RateLimited: the window is exhausted; the refusal has the seconds to wait.
        InvalidId: `subject_id` is malformed; the attempt is not counted.
    """
    now, exhausted = clock(), exhausted or exhausted_windows()
    window = limit.window_of(principal.member_id, now)
    attempt = _attempt(principal, keys.validate_id(subject_id), now)
    partition = _key(attempt, limit, window).partition
    if partition not in exhausted and (count or count_in_table)(attempt, limit, window):
        return
    exhausted.add(partition)
    raise _rate_limited(limit, window.wait_seconds(now))


def _attempt(principal: Principal, subject_id: str, at: datetime) -> Attempt:
    member = (principal.tenant_id, principal.member_id, principal.name, principal.email)
    return Attempt(*member, subject_id=subject_id, at=at)


def _rate_limited(limit: RateLimit, wait_seconds: int) -> RateLimited:
    wait = "1 second" if wait_seconds == 1 else f"{wait_seconds} seconds"
    allowed = f"{limit.limit} in {limit.window // _SECOND} seconds"
    return RateLimited(
        f"Wait {wait} before you try again; these were too many attempts ({allowed} are allowed).",
        limit=limit.limit,
        retry_after_seconds=wait_seconds,
    )


class CounterItem(DataItem):
    """The number of attempts in a window, and the last attempt.

    So each stream record of a counter is one attempt.
    """

    used = NumberAttribute(attr_name="count")
    subject_id = UnicodeAttribute(attr_name="appointmentId")
    member_id = UnicodeAttribute(attr_name="userId")
    member_name = UnicodeAttribute(attr_name="userName")
    member_email = UnicodeAttribute(attr_name="userEmail")
    at = NumberAttribute()


def count_in_table(attempt: Attempt, limit: RateLimit, window: Window) -> bool:
    """Count an attempt in DynamoDB unless its window is exhausted.

    Returns whether it was counted.

    If the response is lost, the SDK repeats the call and the attempt counts twice.
    """
    actions: list[Action] = [
        CounterItem.used.add(1),
        CounterItem.subject_id.set(attempt.subject_id),
        CounterItem.member_id.set(attempt.member_id),
        CounterItem.member_name.set(attempt.member_name),
        CounterItem.member_email.set(attempt.member_email),
        CounterItem.at.set(to_ms(attempt.at)),
        CounterItem.ttl.set(int((window.ends_at + _RETENTION).timestamp())),
    ]
    item = CounterItem.for_key(_key(attempt, limit, window))
    has_attempts_left = CounterItem.pk.does_not_exist() | (CounterItem.used < limit.limit)
    try:
        with_retries(lambda: item.update(actions, has_attempts_left))
    except ConditionFailed:
        return False
    return True


def parse_attempt(key: keys.RateLimitKey, image: dict[str, Any]) -> Attempt:
    """Return the last attempt of a window, from the new image of its stream record."""
    item = CounterItem.from_image(image)
    return Attempt(
        tenant_id=key.tenant_id,
        member_id=item.member_id,
        member_name=item.member_name,
        member_email=item.member_email,
        subject_id=item.subject_id,
        at=from_ms(item.at),
    )


def _key(attempt: Attempt, limit: RateLimit, window: Window) -> keys.RateLimitKey:
    return keys.RateLimitKey(attempt.tenant_id, attempt.member_id, limit.name, window.number)
