"""Reads and writes of whole records, and the last version on the appointment."""

from collections.abc import Callable, Iterator
from datetime import datetime

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.dynamodb.transaction import Transaction
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockRecord
from chalicelib.locking.model.rules import LockRequest
from chalicelib.locking.store.conditional_updates import holds_lock, is_unheld, new_lease_values
from chalicelib.locking.store.item import ConditionRefused, LockItem, record_from_image, to_item, to_record


class LastLockVersion(DataItem):
    """The appointment's item, reduced to the version of its last lock.

    It is kept after TTL removed the lock's item.
    """

    lock_version = NumberAttribute(null=True, attr_name="lockVersion")


class NoSuchAppointment(Exception):
    """The appointment does not exist."""


class StaleVersion(Exception):
    """The last lock's version is not the expected one, or not below the new one."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the last lock was at version {version}")
        self.version = version


def read(key: LockKey) -> LockRecord | None:
    """Return the stored lock, None if it has no item; one consistent read."""
    item = LockItem.read(key, consistent=True)
    return to_record(item) if item else None


def replace(key: LockKey, record: LockRecord) -> None:
    """Write a whole record over its previous version; one call.

    Raises:
        ConditionRefused: another version is stored.
    """
    item = to_item(key, record)
    try:
        with_retries(lambda: item.save(LockItem.version == record.version - 1))
    except ConditionFailed as refusal:
        raise ConditionRefused.of(refusal.image) from None


def create(key: LockKey, request: LockRequest, version: int, expected_version: int | None) -> LockRecord:
    """Create the item of a lock without one, with the requested lease.

    One transaction.

    Raises:
        ConditionRefused: another request created the item first.
        NoSuchAppointment: there is nothing to lock.
        StaleVersion: the last lock was not below `version`, or not at `expected_version`.
    """
    values, changed_at = new_lease_values(key, request), to_ms(request.now)
    item = LockItem.for_key(key, version=version, cause="acquired", changed_at=changed_at, **values)
    may_start = _may_start_at(version, expected_version)
    transaction = Transaction()
    transaction.check(LastLockVersion, key.appointment, may_start, refused=_creation_refusal)
    transaction.put(item, unless_exists=True, refused=ConditionRefused.of)
    transaction.commit()
    return to_record(item)


def _may_start_at(version: int, expected_version: int | None) -> Condition:
    never, last = LastLockVersion.lock_version.does_not_exist(), LastLockVersion.lock_version
    condition: Condition = LastLockVersion.pk.exists() & (never | (last < version))
    if expected_version == 0:
        condition &= never
    elif expected_version is not None:
        condition &= last == expected_version
    return condition


def _creation_refusal(appointment: Image | None) -> NoSuchAppointment | StaleVersion:
    if appointment is None:
        return NoSuchAppointment()
    return StaleVersion(int(LastLockVersion.from_image(appointment).lock_version or 0))


def last_version(key: LockKey) -> int | None:
    """Return the version of an appointment's last lock, 0 if never locked.

    None without an appointment.
    """
    item = LastLockVersion.read(key.appointment, consistent=True)
    return None if item is None else int(item.lock_version or 0)


def save_last_version(key: LockKey, version: int) -> None:
    """Store the version of a removed lock on its appointment; one call, idempotent."""
    item = LastLockVersion.for_key(key.appointment)
    last = LastLockVersion.lock_version
    condition = LastLockVersion.pk.exists() & (last.does_not_exist() | (last < version))
    try:
        with_retries(lambda: item.update([last.set(version)], condition))
    except ConditionFailed:
        return


def add_fence(
    transaction: Transaction,
    key: LockKey,
    principal: Principal,
    lock_id: str,
    now: datetime,
    *,
    refused: Callable[[LockRecord | None], Exception],
) -> None:
    """Require in a transaction that this member holds the lock under this lock id."""
    transaction.check(
        LockItem,
        key,
        holds_lock(principal, lock_id, now),
        refused=lambda image: refused(record_from_image(image) if image else None),
    )


def add_open_fence(transaction: Transaction, key: LockKey, now: datetime, *, refused: Exception) -> None:
    """Require in a transaction that the lock is free or expired."""
    transaction.check(LockItem, key, is_unheld(now), refused=refused)


def find_overdue(before: datetime) -> Iterator[LockKey]:
    """Yield the locks of all tenants with a deadline before this instant."""
    for shard in range(keys.DEADLINE_SHARDS):
        condition = LockItem.gsi1sk < keys.deadline_sort_key(to_ms(before))
        for item in LockItem.gsi1.query(keys.deadlines(shard), condition):
            yield LockKey.parse(item.pk)


def find_held_by(tenant_id: str, member_id: str, tab_id: str | None = None) -> list[LockKey]:
    """Return the locks that a member, or one of the member's tabs, holds.

    Eventually consistent.
    """
    partition = keys.leases_of_member(tenant_id, member_id)
    condition = None if tab_id is None else LockItem.gsi2sk == tab_id
    return [LockKey.parse(item.pk) for item in LockItem.gsi2.query(partition, condition)]


def find_awaited_by(tenant_id: str, member_id: str) -> list[LockKey]:
    """Return the locks with this member in their waitlist; eventually consistent.

    No index has the waiters. A lock with a waitlist always has a deadline, so this searches all deadlines of all
    tenants: a few thousand small items in the busiest hour, for a rare operation.
    """
    found = []
    for shard in range(keys.DEADLINE_SHARDS):
        for item in LockItem.gsi1.query(keys.deadlines(shard), filter_condition=LockItem.waitlist.exists()):
            key = LockKey.parse(item.pk)
            if key.tenant_id == tenant_id and to_record(item).position_of(member_id):
                found.append(key)
    return found
