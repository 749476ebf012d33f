"""The fence: the lock's condition in transactions that change an appointment."""

from datetime import datetime

from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.http.errors import NotFound, Problem
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockLost, LockRecord, LockRequired
from chalicelib.locking.model.errors import APPOINTMENT_NOT_FOUND
from chalicelib.locking.store import records


def add_fence(
    transaction: Transaction, principal: Principal, appointment_id: str, lock_id: str, now: datetime
) -> None:
    """Require in a transaction that the member holds the lock under this lock id.

    Add it first.

    The transaction is refused with `LockLost`, or with `NotFound` if there is no such appointment.
    """
    key = LockKey(principal.tenant_id, appointment_id)

    def refuse(record: LockRecord | None) -> LockLost | NotFound:
        if record is None and not _appointment_exists(key):
            return NotFound(APPOINTMENT_NOT_FOUND)
        return LockLost(record.live_lock(now) if record else None, principal.member_id)

    records.add_fence(transaction, key, principal, lock_id, now, refused=refuse)


def add_open_fence(
    transaction: Transaction, tenant_id: str, appointment_id: str, now: datetime, *, refused: Problem
) -> None:
    """Require in a transaction that no member holds the lock, for changes by patients.

    Add it first.
    """
    records.add_open_fence(transaction, LockKey(tenant_id, appointment_id), now, refused=refused)


def lock_required(principal: Principal, appointment_id: str) -> LockRequired | NotFound:
    """Return the refusal of a save without a lock id."""
    if not _appointment_exists(LockKey(principal.tenant_id, appointment_id)):
        return NotFound(APPOINTMENT_NOT_FOUND)
    return LockRequired("A save needs the lock: POST …/acquire-lock returns a lockId to send with it.")


def _appointment_exists(key: LockKey) -> bool:
    return records.last_version(key) is not None
