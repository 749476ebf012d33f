"""What every change of an appointment asks of its lock."""

from datetime import datetime

from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import NotFound, Problem
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockLost, LockRecord, LockRequired
from chalicelib.locking.service.repository import NO_APPOINTMENT
from chalicelib.locking.store import records


def add_fence(
    transaction: Transaction, principal: Principal, appointment_id: str, lock_id: str, now: datetime
) -> None:
    """Make a transaction succeed only while the member holds this very lock.

    It is refused with `LockLost`, or with `NotFound` where there is no such appointment. Add it first.
    """
    key = LockKey(principal.tenant_id, appointment_id)

    def lost(record: LockRecord | None) -> LockLost | NotFound:
        if record is None and not _appointment_exists(key):
            return NotFound(NO_APPOINTMENT)
        return LockLost(record.live_lock(now) if record else None, principal.member_id)

    records.add_fence(transaction, key, principal, lock_id, now, refused=lost)


def add_open_fence(
    transaction: Transaction, tenant_id: str, appointment_id: str, now: datetime, *, refused: Problem
) -> None:
    """Make a transaction succeed only while no member holds the lock, for changes by patients. Add it first."""
    records.add_open_fence(transaction, LockKey(tenant_id, appointment_id), now, refused=refused)


def lock_required(principal: Principal, appointment_id: str) -> LockRequired | NotFound:
    """The refusal for a save that names no lock."""
    if not _appointment_exists(LockKey(principal.tenant_id, appointment_id)):
        return NotFound(NO_APPOINTMENT)
    return LockRequired("A save needs the lock: POST …/acquire-lock gives one, send its lockId.")


def _appointment_exists(key: LockKey) -> bool:
    return records.last_version(key) is not None
