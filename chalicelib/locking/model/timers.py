"""The messages that wake somebody when something of a lock falls due."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.locking.model.lock import LockRecord


@dataclass(frozen=True, slots=True)
class LockTimer:
    """To look at a lock at `due_at`. One with a lock id follows that lease however often it is renewed; one
    without is for that very deadline and no other.
    """

    tenant_id: str
    appointment_id: str
    due_at: datetime
    lock_id: str | None = None

    def next_due_at(self, record: LockRecord | None) -> datetime | None:
        """When to look again, given how the lock stands; None if what it was for is settled."""
        if record is None:
            return None
        if self.lock_id is None:
            return self.due_at if self.due_at in _deadlines_of(record) else None
        lock = record.lock
        return lock.expires_at if lock and lock.lock_id == self.lock_id else None


def timers_for_change(tenant_id: str, old: LockRecord | None, new: LockRecord) -> list[LockTimer]:
    """What to wait for after a change: a new lease's end, and any deadline that was not there before."""
    before = _deadlines_of(old) if old else set()
    found = []
    if new.lock and not (old and old.lock and old.lock.lock_id == new.lock.lock_id):
        found.append(LockTimer(tenant_id, new.appointment_id, new.lock.expires_at, new.lock.lock_id))
        before.add(new.lock.expires_at)
    elif new.lock and old and old.lock and new.lock.expires_at > old.lock.expires_at:
        before.add(new.lock.expires_at)  # the lease's own timer follows it
    new_ones = sorted(_deadlines_of(new) - before)
    return found + [LockTimer(tenant_id, new.appointment_id, deadline) for deadline in new_ones]


def _deadlines_of(record: LockRecord) -> set[datetime]:
    lease = record.lock.expires_at if record.lock else None
    return {deadline for deadline in (lease, record.control_expires_at, record.reserved_until) if deadline}
