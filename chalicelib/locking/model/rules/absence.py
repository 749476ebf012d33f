"""Connections that drop and come back."""

from dataclasses import replace
from datetime import datetime

from chalicelib.locking.model.lock import LockRecord, Tab
from chalicelib.locking.model.rules.steps import Terms, changed


def leave(record: LockRecord, tab: Tab, now: datetime, terms: Terms) -> LockRecord:
    """The tab's connection dropped: its lease ends with the grace, its place in line is no longer served."""
    lock, end = record.lock, now + terms.grace
    line = tuple(replace(one, gone_at=now) if one.is_tab(tab) and not one.gone_at else one for one in record.line)
    if lock and lock.is_held_by(tab) and lock.is_live(now) and lock.expires_at > end:
        until = record.lease_until or lock.expires_at
        lock = replace(lock, expires_at=end)
        return changed(record, "disconnected", now, lock=lock, lease_until=until, line=line)
    return record if line == record.line else changed(record, "disconnected", now, line=line)


def come_back(record: LockRecord, tab: Tab, now: datetime) -> LockRecord:
    """The tab is connected again: its lease is what it was, and its place in line counts."""
    lock, until = record.lock, record.lease_until
    line = tuple(replace(one, gone_at=None) if one.is_tab(tab) else one for one in record.line)
    if lock and until and lock.is_held_by(tab) and lock.is_live(now):
        lock = replace(lock, expires_at=max(until, lock.expires_at))
        return changed(record, "reconnected", now, lock=lock, lease_until=None, line=line)
    return record if line == record.line else changed(record, "reconnected", now, line=line)
