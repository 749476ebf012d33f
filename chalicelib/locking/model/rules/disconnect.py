"""Disconnect and reconnect of a tab."""

from dataclasses import replace
from datetime import datetime

from chalicelib.locking.model.lock import LockRecord, Tab
from chalicelib.locking.model.rules.transitions import Timeouts, next_version


def disconnect(record: LockRecord, tab: Tab, now: datetime, timeouts: Timeouts) -> LockRecord:
    """Shorten the tab's lease to the grace, and mark its entry in the waitlist."""
    lock, end = record.lock, now + timeouts.grace
    waitlist = tuple(
        replace(waiter, disconnected_at=now) if waiter.is_tab(tab) and not waiter.disconnected_at else waiter
        for waiter in record.waitlist
    )
    if lock and lock.is_held_by(tab) and lock.is_live(now) and lock.expires_at > end:
        until = record.lease_until or lock.expires_at
        lock = replace(lock, expires_at=end)
        return next_version(record, "disconnected", now, lock=lock, lease_until=until, waitlist=waitlist)
    return record if waitlist == record.waitlist else next_version(record, "disconnected", now, waitlist=waitlist)


def reconnect(record: LockRecord, tab: Tab, now: datetime) -> LockRecord:
    """Restore the tab's lease and its waitlist entry."""
    lock, until = record.lock, record.lease_until
    waitlist = tuple(
        replace(waiter, disconnected_at=None) if waiter.is_tab(tab) else waiter for waiter in record.waitlist
    )
    if lock and until and lock.is_held_by(tab) and lock.is_live(now):
        lock = replace(lock, expires_at=max(until, lock.expires_at))
        return next_version(record, "reconnected", now, lock=lock, lease_until=None, waitlist=waitlist)
    return record if waitlist == record.waitlist else next_version(record, "reconnected", now, waitlist=waitlist)
