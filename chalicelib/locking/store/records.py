"""A lock read, written whole, and made; and what the appointment itself keeps of it."""

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


def read(key: LockKey) -> LockRecord | None:
    """The lock as it stands, read consistently; None if it has no item."""
    item = LockItem.read(key, consistent=True)
    return to_record(item) if item else None


def replace(key: LockKey, record: LockRecord) -> None:
    """Write a record whole in the place of the version before it; one call.

    Raises:
        Refused: another version stands there.
    """
    item = to_item(key, record)
    try:
        with_retries(lambda: item.save(LockItem.version == record.version - 1))
    except ConditionFailed as refusal:
        raise _refused(refusal.image) from None


def _refused(image: Image | None) -> ConditionRefused:
    return ConditionRefused(record_from_image(image) if image else None)


def create(key: LockKey, claim: LockRequest, version: int, expected_version: int | None) -> LockRecord:
    """Make the item of an appointment that was not locked lately, held by the claim's tab; one transaction.

    Raises:
        Refused: somebody was quicker.
        NoSuchAppointment: there is nothing to lock.
        VersionPassed: `version` would not be above the last lock's, or that is not at `expected_version`.
    """
    values, changed_at = new_lease(key, claim), to_ms(claim.now)
    item = LockItem.for_key(key, version=version, cause="acquired", changed_at=changed_at, **values)
    grows = _may_start_at(version, expected_version)
    transaction = Transaction()
    transaction.check(LastLockVersion, key.appointment, grows, refused=_may_not_follow)
    transaction.put(item, unless_exists=True, refused=_refused)
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


def _may_not_follow(appointment: Image | None) -> NoSuchAppointment | StaleVersion:
    if appointment is None:
        return NoSuchAppointment()
    return StaleVersion(int(LastLockVersion.from_image(appointment).lock_version or 0))


def last_version(key: LockKey) -> int | None:
    """The version that an appointment's last lock was at, 0 if never locked; None without an appointment."""
    item = LastLockVersion.read(key.appointment, consistent=True)
    return None if item is None else int(item.lock_version or 0)


def save_last_version(key: LockKey, version: int) -> None:
    """Let the appointment keep the version of a lock whose item is gone; one call, and harmless when repeated."""
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
    """Make a transaction succeed only while this member holds this very lock."""
    transaction.check(
        LockItem,
        key,
        holds_lock(principal, lock_id, now),
        refused=lambda image: refused(record_from_image(image) if image else None),
    )


def add_open_fence(transaction: Transaction, key: LockKey, now: datetime, *, refused: Exception) -> None:
    """Make a transaction succeed only while nobody holds this lock."""
    transaction.check(LockItem, key, is_unheld(now), refused=refused)


def find_overdue(before: datetime) -> Iterator[LockKey]:
    """All locks of which something fell due before that, of every tenant."""
    for shard in range(keys.DEADLINE_SHARDS):
        condition = LockItem.gsi1sk < keys.deadline_sort_key(to_ms(before))
        for item in LockItem.gsi1.query(keys.deadlines(shard), condition):
            yield LockKey.parse(item.pk)


def find_held_by(tenant_id: str, member_id: str, tab_id: str | None = None) -> list[LockKey]:
    """The locks that a member holds, or one tab of theirs, as far as the index knows by now."""
    condition = None if tab_id is None else LockItem.gsi2sk == tab_id
    return [
        LockKey.parse(item.pk)
        for item in LockItem.gsi2.query(keys.leases_of_member(tenant_id, member_id), condition)
    ]


def find_awaited_by(tenant_id: str, member_id: str) -> list[LockKey]:
    """The locks for which a member waits in line, as far as the index knows by now.

    No index is by those who wait. A lock for which somebody does always has something due, so it is looked for
    among all of those, of every tenant: a few thousand small items in the busiest hour, for what is seldom asked.
    """
    found = []
    for shard in range(keys.DEADLINE_SHARDS):
        for item in LockItem.gsi1.query(keys.deadlines(shard), filter_condition=LockItem.waitlist.exists()):
            key = LockKey.parse(item.pk)
            if key.tenant_id == tenant_id and to_record(item).position_of(member_id):
                found.append(key)
    return found
