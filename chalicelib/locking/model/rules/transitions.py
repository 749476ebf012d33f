"""The transitions that all rules are composed of."""

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
    """The lengths of a lease, of the grace after a disconnect, and of a request."""

    lease: timedelta
    grace: timedelta
    request_timeout: timedelta


@dataclass(frozen=True, slots=True)
class LockRequest:
    """A tab's request for a lease at `now`, under this new lock id."""

    tab: Tab
    lock_id: str
    now: datetime
    timeouts: Timeouts


class LeaseHolder(Protocol):
    """A tab or a waiter."""

    @property
    def member_id(self) -> str: ...
    @property
    def user_info(self) -> UserInfo: ...
    @property
    def tab_id(self) -> str: ...


def actor_of(principal: Principal) -> Actor:
    """Return a member as the author of a change."""
    return Actor(principal.member_id, UserInfo(principal.name, principal.email))


def to_status(record: LockRecord, member_id: str, now: datetime, tab_id: str | None = None) -> LockStatus:
    """Return the lock as a member sees it, in this tab or, without one, in any tab."""
    lock = record.live_lock(now)
    return LockStatus(
        appointment_id=record.appointment_id,
        state=record.state_for(member_id, now),
        lock=lock.redacted_for(member_id, tab_id) if lock else None,
        version=record.version,
        server_time=now,
    )


def next_version(record: LockRecord, cause: Cause, now: datetime, **changes: Any) -> LockRecord:  # noqa: ANN401 - its fields
    """Return the next version of a record."""
    version = record.version + 1
    no_actor = {"actor": None, "reason": None}
    written = replace(record, **{**no_actor, **changes, "version": version, "cause": cause, "changed_at": now})
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
    """Start a lease.

    The other waiters stay, and a new holder has the full time to respond to the first.
    """
    waitlist = tuple(waiter for waiter in record.waitlist if waiter.member_id != holder.member_id)
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
    running = record.control_expires_at if _is_held_already(record, holder, now) else None
    deadline = (running or now + timeouts.request_timeout) if waitlist else None
    return next_version(
        record,
        cause,
        now,
        lock=lock,
        lease_until=None,
        waitlist=waitlist,
        control_expires_at=deadline,
        reserved_until=None,
        actor=actor,
        reason=reason,
    )


def _is_held_already(record: LockRecord, holder: LeaseHolder, now: datetime) -> bool:
    """Return whether this member holds the lock already.

    A reload of the page gives no more time to respond.
    """
    lock = record.lock
    return lock is not None and lock.user_id == holder.member_id and lock.is_live(now)


def end_lease(
    record: LockRecord, cause: Cause, now: datetime, *, actor: Actor | None = None, reason: str | None = None
) -> LockRecord:
    """End the lease and reserve the lock for the first connected waiter."""
    waitlist = connected_waiters(record.waitlist)
    return next_version(
        record,
        cause,
        now,
        lock=None,
        lease_until=None,
        waitlist=waitlist,
        control_expires_at=None,
        reserved_until=now + RESERVATION_TIMEOUT if waitlist else None,
        actor=actor,
        reason=reason,
    )


def set_waitlist(
    record: LockRecord, waitlist: tuple[Waiter, ...], cause: Cause, now: datetime, timeouts: Timeouts
) -> LockRecord:
    """Replace the waitlist. A new first waiter has the full time."""
    if [waiter.member_id for waiter in waitlist[:1]] == [waiter.member_id for waiter in record.waitlist[:1]]:
        return next_version(record, cause, now, waitlist=waitlist)
    if record.lock is None:
        return reserve_for_next(record, waitlist, cause, now)
    deadline = now + timeouts.request_timeout if waitlist else None
    return next_version(record, cause, now, waitlist=waitlist, control_expires_at=deadline)


def reserve_for_next(record: LockRecord, waitlist: tuple[Waiter, ...], cause: Cause, now: datetime) -> LockRecord:
    """Replace the waitlist of a free lock and reserve it for the first connected."""
    connected = connected_waiters(waitlist)
    reserved_until = now + RESERVATION_TIMEOUT if connected else None
    return next_version(record, cause, now, waitlist=connected, reserved_until=reserved_until)


def connected_waiters(waitlist: tuple[Waiter, ...]) -> tuple[Waiter, ...]:
    """Return the waiters that have a connection."""
    return tuple(waiter for waiter in waitlist if not waiter.disconnected_at)


def already_applied(record: LockRecord, lock_id: str) -> bool:
    """Return whether this is a repeat of a request whose lease has started."""
    return record.lock is not None and record.lock.lock_id == lock_id


def require_live(record: LockRecord, now: datetime) -> Lock:
    """Return the live lease.

    Raises:
        NotLocked: the lock is free or expired.
    """
    lock = record.live_lock(now)
    if lock is None:
        raise NotLocked
    return lock


def require_own(record: LockRecord, principal: Principal, lock_id: str, now: datetime) -> Lock:
    """Return the live lease that this member holds under this lock id.

    Raises:
        LockLost: the member does not hold it.
    """
    lock, live = record.lock, record.live_lock(now)
    if lock is None or live is None or (lock.lock_id, lock.user_id) != (lock_id, principal.member_id):
        raise LockLost(live, principal.member_id)
    return lock
