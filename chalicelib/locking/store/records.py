"""A lock read, written whole, and made; and what the appointment itself keeps of it."""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
from chalicelib.core.dynamodb.retries import ConditionFailed, transact, with_retries
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import LockRecord
from chalicelib.locking.model.rules import LockRequest
from chalicelib.locking.store.conditional_updates import ConditionRefused, holds_lock, is_unheld, new_lease
from chalicelib.locking.store.item import LockItem, record_from_image, to_item, to_record


class LastLockVersion(DataItem):
    """The appointment's item, for no more than that it is there and which version its last lock was at, once
    TTL has removed that. All other fields are another room's business.
    """

    lock_version = NumberAttribute(null=True, attr_name="lockVersion")


class NoSuchAppointment(Exception):
    """There is no appointment to lock."""


class StaleVersion(Exception):
    """A lock of this appointment was at `version` already, or is not at the one that was expected."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the last lock was at version {version}")
        self.version = version


def read(partition: str) -> LockRecord | None:
    """The lock as it stands, read consistently; None if it has no item."""
    item = LockItem.read(partition, keys.LOCK, consistent=True)
    return to_record(item) if item else None


def replace(partition: str, record: LockRecord) -> None:
    """Write a record whole in the place of the version before it; one call.

    Raises:
        Refused: another version stands there.
    """
    item = to_item(partition, record)
    try:
        with_retries(lambda: item.save(LockItem.version == record.version - 1))
    except ConditionFailed as refusal:
        image = refusal.images[0]
        raise ConditionRefused(record_from_image(image) if image else None) from None


def create(partition: str, claim: LockRequest, version: int, expected_version: int | None) -> LockRecord:
    """Make the item of an appointment that was not locked lately, held by the claim's tab; one transaction.

    Raises:
        Refused: somebody was quicker.
        NoSuchAppointment: there is nothing to lock.
        VersionPassed: `version` would not be above the last lock's, or that is not at `expected_version`.
    """
    values = new_lease(partition, claim)
    changed_at = to_ms(claim.now)
    item = LockItem(partition, keys.LOCK, version=version, cause="acquired", changed_at=changed_at, **values)

    def fill(write: TransactWrite) -> None:
        grows = _may_start_at(version, expected_version)
        write.condition_check(LastLockVersion, partition, keys.APPOINTMENT, condition=grows)
        write.save(item, LockItem.pk.does_not_exist())

    try:
        transact(fill)
    except ConditionFailed as refusal:
        raise _creation_refusal(refusal) from None
    return to_record(item)


def _may_start_at(version: int, expected_version: int | None) -> Condition:
    never, last = LastLockVersion.lock_version.does_not_exist(), LastLockVersion.lock_version
    condition: Condition = LastLockVersion.pk.exists() & (never | (last < version))
    if expected_version == 0:
        condition &= never
    elif expected_version is not None:
        condition &= last == expected_version
    return condition


def _creation_refusal(refusal: ConditionFailed) -> Exception:
    appointment, lock = refusal.images
    if not refusal.failed[0]:
        return ConditionRefused(record_from_image(lock) if lock else None)
    if appointment is None:
        return NoSuchAppointment()
    return StaleVersion(int(LastLockVersion.from_image(appointment).lock_version or 0))


def last_version(partition: str) -> int | None:
    """The version that an appointment's last lock was at, 0 if never locked; None without an appointment."""
    item = LastLockVersion.read(partition, keys.APPOINTMENT, consistent=True)
    return None if item is None else int(item.lock_version or 0)


def save_last_version(partition: str, version: int) -> None:
    """Let the appointment keep the version of a lock whose item is gone; one call, and harmless when repeated."""
    item = LastLockVersion(partition, keys.APPOINTMENT)
    last = LastLockVersion.lock_version
    condition = LastLockVersion.pk.exists() & (last.does_not_exist() | (last < version))
    try:
        with_retries(lambda: item.update([last.set(version)], condition))
    except ConditionFailed:
        return


def add_fence(write: TransactWrite, partition: str, principal: Principal, lock_id: str, now: datetime) -> None:
    """Make a transaction succeed only while this member holds this very lock."""
    write.condition_check(LockItem, partition, keys.LOCK, condition=holds_lock(principal, lock_id, now))


def add_open_fence(write: TransactWrite, partition: str, now: datetime) -> None:
    """Make a transaction succeed only while nobody holds this lock."""
    write.condition_check(LockItem, partition, keys.LOCK, condition=is_unheld(now))


def find_overdue(before: datetime) -> Iterator[str]:
    """The partitions of all locks of which something fell due before that, of every tenant."""
    for shard in range(keys.DEADLINE_SHARDS):
        condition = LockItem.gsi1sk < keys.deadline_sort_key(to_ms(before))
        for item in LockItem.gsi1.query(keys.deadlines(shard), condition):
            yield item.pk


def find_held_by(tenant_id: str, user_id: str, tab_id: str | None = None) -> list[str]:
    """The partitions of the locks that a member holds, or one tab of theirs, as far as the index knows by now."""
    condition = None if tab_id is None else LockItem.gsi2sk == tab_id
    return [item.pk for item in LockItem.gsi2.query(keys.leases_of_member(tenant_id, user_id), condition)]


def find_awaited_by(tenant_id: str, user_id: str) -> list[str]:
    """The partitions of the locks for which a member waits in line, as far as the index knows by now.

    No index is by those who wait. A lock for which somebody does always has something due, so it is looked for
    among all of those, of every tenant: a few thousand small items in the busiest hour, for what is seldom asked.
    """
    found = []
    for shard in range(keys.DEADLINE_SHARDS):
        for item in LockItem.gsi1.query(keys.deadlines(shard), filter_condition=LockItem.line.exists()):
            record = to_record(item)
            if keys.appointment(tenant_id, record.appointment_id) == item.pk and record.position_of(user_id):
                found.append(item.pk)
    return found
