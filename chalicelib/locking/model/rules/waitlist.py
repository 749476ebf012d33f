"""Control requests and the holder's response to them."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model.errors import Locked, NoControlRequest, NotLocked, WaitlistFull
from chalicelib.locking.model.lock import MAX_WAITERS, LockRecord, Tab, Waiter
from chalicelib.locking.model.rules.expiry import fast_forward
from chalicelib.locking.model.rules.transitions import (
    Timeouts,
    actor_of,
    already_applied,
    require_own,
    set_waitlist,
    start_lease,
)


def request_control(
    record: LockRecord, tab: Tab, waiter: Waiter, now: datetime, timeouts: Timeouts, *, admins_first: bool = False
) -> LockRecord:
    """Add a waiter to the waitlist, or change the message of an existing request.

    Raises:
        NotLocked: the lock is free and not reserved.
        Locked: the requester holds the lock, in this or another tab.
        WaitlistFull: the waitlist has its maximum length.
    """
    lock = record.live_lock(now)
    if lock is None and not fast_forward(record, now).waitlist:
        raise NotLocked
    if lock and lock.user_id == waiter.member_id:
        raise Locked(lock, tab)
    waitlist = _with_waiter(record.waitlist, waiter, admins_first=admins_first)
    if len(waitlist) > MAX_WAITERS:
        raise WaitlistFull(MAX_WAITERS)
    return set_waitlist(record, waitlist, "requested", now, timeouts)


def _with_waiter(waitlist: tuple[Waiter, ...], waiter: Waiter, *, admins_first: bool) -> tuple[Waiter, ...]:
    for index, other in enumerate(waitlist):
        if other.member_id == waiter.member_id:
            return (*waitlist[:index], replace(waiter, asked_at=other.asked_at), *waitlist[index + 1 :])
    index = len(waitlist)
    if admins_first and waiter.is_admin:
        index = next((index for index, other in enumerate(waitlist) if not other.is_admin), index)
    return (*waitlist[:index], waiter, *waitlist[index:])


def withdraw_request(record: LockRecord, tab: Tab, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Withdraw the member's request, from any tab.

    Without a request the lock stays unchanged.
    """
    return remove_from_waitlist(record, tab.member_id, now, timeouts)


def remove_from_waitlist(record: LockRecord, member_id: str, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Remove a member from the waitlist. Without a request the lock stays unchanged."""
    waitlist = tuple(waiter for waiter in record.waitlist if waiter.member_id != member_id)
    return record if waitlist == record.waitlist else set_waitlist(record, waitlist, "withdrawn", now, timeouts)


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """The holder's response to the first request, with a message.

    It applies only to a request of `member_id`, and from `asked_at`, where these are given.
    """

    holder: Principal
    lock_id: str
    member_id: str | None = None
    message: str | None = None
    asked_at: datetime | None = None

    def is_for(self, first: Waiter) -> bool:
        """Return whether the response applies to this first waiter."""
        return self.member_id in (None, first.member_id) and self.asked_at in (None, first.asked_at)


def deny(record: LockRecord, response: ControlResponse, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Deny the request of the first waiter, which makes the next one first.

    Raises:
        LockLost: the responding member does not hold the lock.
        NoControlRequest: nobody waits, or another member is first.
    """
    _require_first_request(record, response, now)
    denied = set_waitlist(record, record.waitlist[1:], "denied", now, timeouts)
    return replace(denied, actor=actor_of(response.holder), reason=response.message or None)


def grant(
    record: LockRecord, response: ControlResponse, lock_id: str, now: datetime, timeouts: Timeouts
) -> LockRecord:
    """Start a lease of the first waiter, under a new lock id.

    Raises:
        LockLost: the responding member does not hold the lock.
        NoControlRequest: nobody waits, or another member is first.
    """
    if already_applied(record, lock_id):
        return record
    first, holder = _require_first_request(record, response, now), actor_of(response.holder)
    return start_lease(
        record, first, lock_id, "granted", now, timeouts, actor=holder, reason=response.message or None
    )


def _require_first_request(record: LockRecord, response: ControlResponse, now: datetime) -> Waiter:
    require_own(record, response.holder, response.lock_id, now)
    if not record.waitlist or not response.is_for(record.waitlist[0]):
        raise NoControlRequest
    return record.waitlist[0]
