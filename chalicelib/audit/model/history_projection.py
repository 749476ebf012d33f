"""The projection of a lock's changes to entries of the history.

Pure: two records in, entries out.
"""

from dataclasses import replace
from datetime import datetime
from typing import cast, get_args

from chalicelib.audit.model.entry import (
    SYSTEM,
    Action,
    Ending,
    HistoryEntry,
    HistoryMetadata,
    StartedBy,
    entry_position,
    public_lease_id,
)
from chalicelib.locking.model import Actor, Lock, LockRecord
from chalicelib.locking.model.rules import expire

_ENDINGS, _STARTS = get_args(Ending), get_args(StartedBy)
_TRANSFERS = {"taken_over", "granted"}


class UnexpectedTransition(Exception):
    """The holder changed by a cause that starts or ends no lease."""

    def __init__(self, record: LockRecord) -> None:
        super().__init__(f"the holder changed by {record.cause} at version {record.version}")


def entries_for_change(old: LockRecord | None, new: LockRecord | None) -> list[HistoryEntry]:
    """Return the entries of one change, in order.

    `old` is None for a new record, `new` for a removed one.

    A lease is one lock id: it starts with one `acquired` and ends with one ending. A change from one lease to
    another has both, the end first. The removal of a held lock ends the lease at its deadline.

    Raises:
        UnexpectedTransition: no rule of locks makes such a change.
    """
    after = new or (expire(old) if old else None)
    if after is None or after is old:
        return []
    before = old.lock if old else None
    if (before and before.lock_id) == (after.lock and after.lock.lock_id):
        entries = _request_denied(old, after) if old else []
    else:
        ended = _lease_ended(before, after, old) if before and old else []
        entries = [*ended, *_lease_started(before, after)]
    return [_numbered(entry, after, number) for number, entry in enumerate(entries)]


def _lease_ended(lock: Lock, after: LockRecord, old: LockRecord) -> list[HistoryEntry]:
    action = _ending_of(lock, after)
    ended_at = lock.expires_at if action == "expired" else after.changed_at
    entry = replace(
        _entry(lock.actor, action, ended_at, lock),
        # The two instants may come from different clocks.
        duration=max(0.0, (ended_at - lock.acquired_at).total_seconds()),
        released_by=_released_by(lock, action, after),
        reason=after.reason if action in ("taken_over", "force_released") else None,
        metadata=HistoryMetadata(
            to=after.lock.actor if after.lock and action in _TRANSFERS else None,
            by=after.actor,
            message=after.reason if action == "granted" else None,
            unanswered=True if action == "granted" and after.actor is None else None,
            connection_lost=True if action == "expired" and old.lease_until else None,
        ),
    )
    return [entry]


def _ending_of(lock: Lock, after: LockRecord) -> Ending:
    """Return the ending. An acquire moves a live lease, or follows its expiry."""
    if after.cause == "acquired":
        return "moved" if lock.is_live(after.changed_at) else "expired"
    if after.cause not in _ENDINGS:
        raise UnexpectedTransition(after)
    return cast("Ending", after.cause)


def _released_by(lock: Lock, action: Ending, after: LockRecord) -> str:
    if action in ("released", "moved"):
        return lock.user_id
    return after.actor.user_id if after.actor and action != "expired" else SYSTEM


def _lease_started(before: Lock | None, after: LockRecord) -> list[HistoryEntry]:
    lock = after.lock
    if lock is None:
        return []
    if after.cause not in _STARTS:
        raise UnexpectedTransition(after)
    how = cast("StartedBy", after.cause)
    previous = before.actor if before and how in _TRANSFERS else None
    entry = _entry(lock.actor, "acquired", lock.acquired_at, lock)
    return [replace(entry, metadata=HistoryMetadata(how=how, from_=previous))]


def _request_denied(old: LockRecord, after: LockRecord) -> list[HistoryEntry]:
    """Return the entry of a request that the holder denied or did not respond to."""
    if after.cause not in ("denied", "lapsed") or after.lock is None:
        return []
    unanswered = True if after.cause == "lapsed" else None
    entry = _entry(old.waitlist[0].actor, "denied", after.changed_at, after.lock)
    metadata = HistoryMetadata(by=after.actor, message=after.reason, unanswered=unanswered)
    return [replace(entry, metadata=metadata)]


def _entry(member: Actor, action: Action, at: datetime, lock: Lock) -> HistoryEntry:
    return HistoryEntry(
        id="",
        appointment_id=lock.appointment_id,
        version=lock.version,
        user_id=member.user_id,
        user_name=member.user_info.name,
        user_email=member.user_info.email,
        action=action,
        timestamp=at,
        lock_id=public_lease_id(lock),
        metadata=HistoryMetadata(),
    )


def _numbered(entry: HistoryEntry, after: LockRecord, number: int) -> HistoryEntry:
    entry_id = f"{after.appointment_id}-{entry_position(after.version, number)}"
    return replace(entry, id=entry_id, version=after.version)
