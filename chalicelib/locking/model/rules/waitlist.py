"""The waiting line: asking for control, and the holder's answer."""

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
    """Get into line, or change the words of a request that is in it already.

    Raises:
        NotLocked: there is nothing to wait for.
        Locked: it is the asker's own, in this tab or another.
        LineFull: too many wait.
    """
    lock = record.live_lock(now)
    if lock is None and not fast_forward(record, now).waitlist:
        raise NotLocked
    if lock and lock.user_id == waiter.member_id:
        raise Locked(lock, tab)
    line = _with_waiter(record.waitlist, waiter, admins_first=admins_first)
    if len(line) > MAX_WAITERS:
        raise WaitlistFull(MAX_WAITERS)
    return set_waitlist(record, line, "requested", now, timeouts)


def _with_waiter(line: tuple[Waiter, ...], waiter: Waiter, *, admins_first: bool) -> tuple[Waiter, ...]:
    for place, one in enumerate(line):
        if one.member_id == waiter.member_id:
            return (*line[:place], replace(waiter, asked_at=one.asked_at), *line[place + 1 :])
    place = len(line)
    if admins_first and waiter.is_admin:
        place = next((place for place, one in enumerate(line) if not one.is_admin), place)
    return (*line[:place], waiter, *line[place:])


def withdraw_request(record: LockRecord, tab: Tab, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Leave the line, from whichever tab; who is not in it stays out of it."""
    return remove_from_waitlist(record, tab.member_id, now, timeouts)


def remove_from_waitlist(record: LockRecord, member_id: str, now: datetime, timeouts: Timeouts) -> LockRecord:
    """The line without a member; who is not in it stays out of it."""
    line = tuple(one for one in record.waitlist if one.member_id != member_id)
    return record if line == record.waitlist else set_waitlist(record, line, "withdrawn", now, timeouts)


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """The holder's answer to the first in line, with a word.

    That must be `user_id` if it is given, and one who asked at `asked_at` if that is.
    """

    holder: Principal
    lock_id: str
    member_id: str | None = None
    message: str | None = None
    asked_at: datetime | None = None

    def is_for(self, first: Waiter) -> bool:
        """Whether it can be meant for who is first."""
        return self.member_id in (None, first.member_id) and self.asked_at in (None, first.asked_at)


def deny(record: LockRecord, response: ControlResponse, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Say no to the first in line; the next is asked for.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first.
    """
    _first_request(record, response, now)
    denied = set_waitlist(record, record.waitlist[1:], "denied", now, timeouts)
    return replace(denied, actor=actor_of(response.holder), reason=response.message or None)


def grant(
    record: LockRecord, response: ControlResponse, lock_id: str, now: datetime, timeouts: Timeouts
) -> LockRecord:
    """Pass the lock to the first in line, under a new lock id.

    Raises:
        LockLost: the one who answers does not hold the lock.
        NothingAsked: nobody waits, or somebody else is first.
    """
    if already_applied(record, lock_id):
        return record
    first, holder = _first_request(record, response, now), actor_of(response.holder)
    return start_lease(
        record, first, lock_id, "granted", now, timeouts, actor=holder, reason=response.message or None
    )


def _first_request(record: LockRecord, response: ControlResponse, now: datetime) -> Waiter:
    require_own(record, response.holder, response.lock_id, now)
    if not record.waitlist or not response.is_for(record.waitlist[0]):
        raise NoControlRequest
    return record.waitlist[0]
