"""The steps that all rules are made of."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import LockLost, NotLocked
from chalicelib.locking.model.lock import (
    RESERVATION_TIMEOUT,
    Actor,
    Cause,
    Lock,
    LockRecord,
    LockStatus,
    Tab,
    UserInfo,
    Waiter,
)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a lease runs, a dropped connection keeps it, and a request waits for its answer."""

    lease: timedelta
    grace: timedelta
    request_timeout: timedelta


@dataclass(frozen=True, slots=True)
class LockRequest:
    """A tab that asks for something at `now`, and the lock id that it is to have if that is a lease."""

    tab: Tab
    lock_id: str
    now: datetime
    timeouts: Timeouts


class LeaseHolder(Protocol):
    """Whoever can hold a lock: a tab, or one in line."""

    @property
    def member_id(self) -> str: ...
    @property
    def user_info(self) -> UserInfo: ...
    @property
    def tab_id(self) -> str: ...


def actor_of(principal: Principal) -> Actor:
    """A member as the author of a change."""
    return Actor(principal.member_id, UserInfo(principal.name, principal.email))


def to_status(record: LockRecord, member_id: str, now: datetime, tab_id: str | None = None) -> LockStatus:
    """The record as a member sees it, in any of their tabs or in this one."""
    lock = record.live_lock(now)
    return LockStatus(
        appointment_id=record.appointment_id,
        state=record.state_for(member_id, now),
        lock=lock.redacted_for(member_id, tab_id) if lock else None,
        version=record.version,
        server_time=now,
    )


def next_version(record: LockRecord, cause: Cause, now: datetime, **changes: Any) -> LockRecord:  # noqa: ANN401 - its fields
    """The next version of a record."""
    version = record.version + 1
    nobody = {"actor": None, "reason": None}
    written = replace(record, **{**nobody, **changes, "version": version, "cause": cause, "changed_at": now})
    return replace(written, lock=replace(written.lock, version=version)) if written.lock else written


def start_lease(
    record: LockRecord,
    holder: LeaseHolder,
    lock_id: str,
    cause: Cause,
    now: datetime,
    timeouts: Timeouts,
    *,
    actor: Actor | None = None,
    reason: str | None = None,
) -> LockRecord:
    """A new hold begins. Whoever waits goes on waiting, and a new holder has the whole time to answer."""
    line = tuple(one for one in record.waitlist if one.member_id != holder.member_id)
    lock = Lock(
        appointment_id=record.appointment_id,
        version=record.version,
        user_id=holder.member_id,
        user_info=holder.user_info,
        acquired_at=now,
        renewed_at=now,
        expires_at=now + timeouts.lease,
        lock_id=lock_id,
        session_id=holder.tab_id,
    )
    asked = record.control_expires_at if _is_held_already(record, holder, now) else None
    deadline = (asked or now + timeouts.request_timeout) if line else None
    line_state = {"waitlist": line, "control_expires_at": deadline, "reserved_until": None, "lease_until": None}
    return next_version(record, cause, now, lock=lock, actor=actor, reason=reason, **line_state)


def _is_held_already(record: LockRecord, holder: LeaseHolder, now: datetime) -> bool:
    """Whether the hold before was the same member's: who only opens the page anew has no more time to answer."""
    lock = record.lock
    return lock is not None and lock.user_id == holder.member_id and lock.is_live(now)


def end_lease(
    record: LockRecord, cause: Cause, now: datetime, *, actor: Actor | None = None, reason: str | None = None
) -> LockRecord:
    """A hold ends. It is the turn of the first in line whose connection stands."""
    line = connected_waiters(record.waitlist)
    turn = now + RESERVATION_TIMEOUT if line else None
    line_state = {"waitlist": line, "control_expires_at": None, "reserved_until": turn, "lease_until": None}
    return next_version(record, cause, now, lock=None, actor=actor, reason=reason, **line_state)


def set_waitlist(
    record: LockRecord, line: tuple[Waiter, ...], cause: Cause, now: datetime, timeouts: Timeouts
) -> LockRecord:
    """The record with another line; who is first anew gets the whole time."""
    if [one.member_id for one in line[:1]] == [one.member_id for one in record.waitlist[:1]]:
        return next_version(record, cause, now, waitlist=line)
    if record.lock:
        return next_version(
            record, cause, now, waitlist=line, control_expires_at=now + timeouts.request_timeout if line else None
        )
    return reserve_for_next(record, line, cause, now)


def reserve_for_next(record: LockRecord, line: tuple[Waiter, ...], cause: Cause, now: datetime) -> LockRecord:
    """A free lock with another line: it is the turn of the first in it whose connection stands."""
    present = connected_waiters(line)
    return next_version(
        record, cause, now, waitlist=present, reserved_until=now + RESERVATION_TIMEOUT if present else None
    )


def connected_waiters(line: tuple[Waiter, ...]) -> tuple[Waiter, ...]:
    """Those in line who are there to take the lock."""
    return tuple(one for one in line if not one.disconnected_at)


def already_applied(record: LockRecord, lock_id: str) -> bool:
    """Whether the hold that was to begin has begun: the write's answer was lost, and it was sent again."""
    return record.lock is not None and record.lock.lock_id == lock_id


def require_live(record: LockRecord, now: datetime) -> Lock:
    """The lease that runs.

    Raises:
        NotLocked: none does.
    """
    lock = record.live_lock(now)
    if lock is None:
        raise NotLocked
    return lock


def require_own(record: LockRecord, principal: Principal, lock_id: str, now: datetime) -> Lock:
    """The lease that runs, if it is this member's under this lock id.

    Raises:
        LockLost: it is not.
    """
    lock, standing = record.lock, record.live_lock(now)
    if lock is None or standing is None or (lock.lock_id, lock.user_id) != (lock_id, principal.member_id):
        raise LockLost(standing, principal.member_id)
    return lock
