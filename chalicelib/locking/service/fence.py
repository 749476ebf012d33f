"""What every change of an appointment asks of its lock."""

from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import NotFound
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockLost, LockRequired
from chalicelib.locking.service.repository import NO_APPOINTMENT
from chalicelib.locking.store import item, records


def add_fence(
    write: TransactWrite, principal: Principal, appointment_id: str, lock_id: str, now: datetime
) -> None:
    """Make a transaction succeed only while the member holds this very lock. Add it first."""
    partition = keys.appointment(principal.tenant_id, appointment_id)
    records.add_fence(write, partition, principal, lock_id, now)


def add_open_fence(write: TransactWrite, tenant_id: str, appointment_id: str, now: datetime) -> None:
    """Make a transaction succeed only while no member holds the lock: for patients, who have no part in it. Add it
    first.
    """
    records.add_open_fence(write, keys.appointment(tenant_id, appointment_id), now)


def fence_refusal(
    principal: Principal, appointment_id: str, image: dict[str, Any] | None, now: datetime
) -> LockLost | NotFound:
    """The refusal for a transaction whose fence did not hold, given the image that stood against it."""
    if image is None and not _is_there(principal, appointment_id):
        return NotFound(NO_APPOINTMENT)
    return LockLost(item.record_from_image(image).live_lock(now) if image else None, principal.member_id)


def lock_required(principal: Principal, appointment_id: str) -> LockRequired | NotFound:
    """The refusal for a save that names no lock."""
    if not _is_there(principal, appointment_id):
        return NotFound(NO_APPOINTMENT)
    return LockRequired("A save needs the lock: POST …/acquire-lock gives one, send its lockId.")


def _is_there(principal: Principal, appointment_id: str) -> bool:
    return records.last_version(keys.appointment(principal.tenant_id, appointment_id)) is not None
