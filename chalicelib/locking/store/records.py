"""A lock read, written whole, and made; and what the appointment itself keeps of it."""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import to_ms
from chalicelib.core.table.item import DataItem
from chalicelib.core.table.writing import ConditionFailed, conditionally, transact
from chalicelib.locking.model import LockRecord
from chalicelib.locking.model.rules import Claim
from chalicelib.locking.store.item import LockItem, record_of, to_item, to_record
from chalicelib.locking.store.quick import Refused, holds, is_nobodys, new_lease


class LastVersion(DataItem):
    """The appointment's item, for no more than that it is there and which version its last lock was at, once
    TTL has removed that. All other fields are another room's business.
    """

    lock_version = NumberAttribute(null=True, attr_name="lockVersion")


class NoSuchAppointment(Exception):
    """There is no appointment to lock."""


class VersionPassed(Exception):
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
        conditionally(lambda: item.save(LockItem.version == record.version - 1))
    except ConditionFailed as refusal:
        image = refusal.images[0]
        raise Refused(record_of(image) if image else None) from None


def create(partition: str, claim: Claim, version: int, expected_version: int | None) -> LockRecord:
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
        grows = _may_follow(version, expected_version)
        write.condition_check(LastVersion, partition, keys.APPOINTMENT, condition=grows)
        write.save(item, LockItem.pk.does_not_exist())

    try:
        transact(fill)
    except ConditionFailed as refusal:
        raise _why_not_created(refusal) from None
    return to_record(item)


def _may_follow(version: int, expected_version: int | None) -> Condition:
    never, last = LastVersion.lock_version.does_not_exist(), LastVersion.lock_version
    condition: Condition = LastVersion.pk.exists() & (never | (last < version))
    if expected_version == 0:
        condition &= never
    elif expected_version is not None:
        condition &= last == expected_version
    return condition


def _why_not_created(refusal: ConditionFailed) -> Exception:
    appointment, lock = refusal.images
    if not refusal.failed[0]:
        return Refused(record_of(lock) if lock else None)
    if appointment is None:
        return NoSuchAppointment()
    return VersionPassed(int(LastVersion.from_image(appointment).lock_version or 0))


def last_version(partition: str) -> int | None:
    """The version that an appointment's last lock was at, 0 if never locked; None without an appointment."""
    item = LastVersion.read(partition, keys.APPOINTMENT, consistent=True)
    return None if item is None else int(item.lock_version or 0)


def keep_version(partition: str, version: int) -> None:
    """Let the appointment keep the version of a lock whose item is gone; one call, and harmless when repeated."""
    item = LastVersion(partition, keys.APPOINTMENT)
    last = LastVersion.lock_version
    condition = LastVersion.pk.exists() & (last.does_not_exist() | (last < version))
    try:
        conditionally(lambda: item.update([last.set(version)], condition))
    except ConditionFailed:
        return


def add_fence(write: TransactWrite, partition: str, principal: Principal, lock_id: str, now: datetime) -> None:
    """Make a transaction succeed only while this member holds this very lock."""
    write.condition_check(LockItem, partition, keys.LOCK, condition=holds(principal, lock_id, now))


def add_open_fence(write: TransactWrite, partition: str, now: datetime) -> None:
    """Make a transaction succeed only while nobody holds this lock."""
    write.condition_check(LockItem, partition, keys.LOCK, condition=is_nobodys(now))


def overdue(before: datetime) -> Iterator[str]:
    """The partitions of all locks of which something fell due before that, of every tenant."""
    for shard in range(keys.DEADLINE_SHARDS):
        condition = LockItem.gsi1sk < keys.deadline(to_ms(before))
        for item in LockItem.gsi1.query(keys.deadlines(shard), condition):
            yield item.pk


def held_by(tenant_id: str, user_id: str, session_id: str | None = None) -> list[str]:
    """The partitions of the locks that a member holds, or one tab of theirs, as far as the index knows by now."""
    condition = None if session_id is None else LockItem.gsi2sk == session_id
    return [item.pk for item in LockItem.gsi2.query(keys.holder(tenant_id, user_id), condition)]


def awaited_by(tenant_id: str, user_id: str) -> list[str]:
    """The partitions of the locks for which a member waits in line, as far as the index knows by now.

    No index is by those who wait. A lock for which somebody does always has something due, so it is looked for
    among all of those, of every tenant: a few thousand small items in the busiest hour, for what is seldom asked.
    """
    found = []
    for shard in range(keys.DEADLINE_SHARDS):
        for item in LockItem.gsi1.query(keys.deadlines(shard), filter_condition=LockItem.line.exists()):
            record = to_record(item)
            if keys.appointment(tenant_id, record.appointment_id) == item.pk and record.place_of(user_id):
                found.append(item.pk)
    return found
