"""Connections that drop and come back."""

from dataclasses import replace
from datetime import datetime

from chalicelib.locking.model.lock import LockRecord, Tab
from chalicelib.locking.model.rules.transitions import Timeouts, next_version


def disconnect(record: LockRecord, tab: Tab, now: datetime, timeouts: Timeouts) -> LockRecord:
    """The tab's connection dropped: its lease ends with the grace, its place in line is no longer served."""
    lock, end = record.lock, now + timeouts.grace
    line = tuple(
        replace(one, disconnected_at=now) if one.is_tab(tab) and not one.disconnected_at else one
        for one in record.waitlist
    )
    if lock and lock.is_held_by(tab) and lock.is_live(now) and lock.expires_at > end:
        until = record.lease_until or lock.expires_at
        lock = replace(lock, expires_at=end)
        return next_version(record, "disconnected", now, lock=lock, lease_until=until, waitlist=line)
    return record if line == record.waitlist else next_version(record, "disconnected", now, waitlist=line)


def reconnect(record: LockRecord, tab: Tab, now: datetime) -> LockRecord:
    """The tab is connected again: its lease is what it was, and its place in line counts."""
    lock, until = record.lock, record.lease_until
    line = tuple(replace(one, disconnected_at=None) if one.is_tab(tab) else one for one in record.waitlist)
    if lock and until and lock.is_held_by(tab) and lock.is_live(now):
        lock = replace(lock, expires_at=max(until, lock.expires_at))
        return next_version(record, "reconnected", now, lock=lock, lease_until=None, waitlist=line)
    return record if line == record.waitlist else next_version(record, "reconnected", now, waitlist=line)
