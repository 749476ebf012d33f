"""The lock's item: every change of it is one conditional `UpdateItem`.

The item stays when the lock is free, so that `version` goes on growing. Expiry is decided by these conditions
and never by DynamoDB's TTL, which only clears away items that nobody touched for long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.table import ConditionFailed, DataItem, conditionally, transaction
from chalicelib.locking.model import MEMORY, Cause, Lock, LockRecord, Tab, UserInfo


class LockItem(DataItem):
    """An appointment's lock; instants are milliseconds since the epoch. A free one has no `lockId`."""

    version = NumberAttribute()
    cause = UnicodeAttribute()
    changed_at = NumberAttribute(attr_name="changedAt")
    lock_id = UnicodeAttribute(null=True, attr_name="lockId")
    user_id = UnicodeAttribute(null=True, attr_name="userId")
    user_name = UnicodeAttribute(null=True, attr_name="userName")
    user_email = UnicodeAttribute(null=True, attr_name="userEmail")
    session_id = UnicodeAttribute(null=True, attr_name="sessionId")
    acquired_at = NumberAttribute(null=True, attr_name="acquiredAt")
    renewed_at = NumberAttribute(null=True, attr_name="renewedAt")
    expires_at = NumberAttribute(null=True, attr_name="expiresAt")


class AppointmentKey(DataItem):
    """Only to prove that an appointment is there; its fields are another room's business."""


class Refused(Exception):
    """The condition did not hold; `record` is what stands there, None if the lock has no item."""

    def __init__(self, record: LockRecord | None) -> None:
        super().__init__("the lock is not as the write needs it")
        self.record = record


class NoSuchAppointment(Exception):
    """There is no appointment to lock."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A tab that asks for a lease, and the lock id that it is to have."""

    tab: Tab
    appointment_id: str
    lock_id: str
    now: datetime
    lease: timedelta

    @property
    def partition(self) -> str:
        return keys.appointment(self.tab.principal.tenant_id, self.appointment_id)

    def values(self) -> dict[str, Any]:
        principal = self.tab.principal
        return {
            "cause": "acquired",
            "lock_id": self.lock_id,
            "user_id": principal.user_id,
            "user_name": principal.name,
            "user_email": principal.email,
            "session_id": self.tab.session_id,
            "acquired_at": to_ms(self.now),
            **_lease_until(self.now, self.lease),
        }


def _lease_until(now: datetime, lease: timedelta) -> dict[str, Any]:
    end = now + lease
    return {"renewed_at": to_ms(now), "expires_at": to_ms(end), "ttl": int((end + MEMORY).timestamp())}


def acquire(claim: Claim, expected_version: int | None) -> LockRecord:
    """Take the lock if it is free, expired or this tab's own; one call.

    Raises:
        Refused: it is held, or at another version than expected; without a record, it has no item yet.
    """
    principal = claim.tab.principal
    mine = (LockItem.user_id == principal.user_id) & (LockItem.session_id == claim.tab.session_id)
    takeable = LockItem.lock_id.does_not_exist() | (LockItem.expires_at < to_ms(claim.now)) | mine
    condition: Condition = LockItem.pk.exists() & takeable
    if expected_version is not None:
        condition &= LockItem.version == expected_version
    return _change(claim.partition, claim.values(), condition, claim.now)


def create(claim: Claim) -> LockRecord:
    """Make the item of an appointment that was not locked lately, held by the claim's tab; one transaction.

    Raises:
        Refused: somebody was quicker.
        NoSuchAppointment: there is nothing to lock.
    """
    item = LockItem(
        claim.partition, keys.LOCK, version=to_ms(claim.now), changed_at=to_ms(claim.now), **claim.values()
    )

    def write() -> None:
        with transaction() as write:
            write.condition_check(
                AppointmentKey, claim.partition, keys.APPOINTMENT, condition=AppointmentKey.pk.exists()
            )
            write.save(item, LockItem.pk.does_not_exist())

    try:
        conditionally(write)
    except ConditionFailed as refusal:
        if refusal.failed[0]:
            raise NoSuchAppointment from None
        raise Refused(_record(refusal.images[1])) from None
    return _to_record(item)


def renew(principal: Principal, appointment_id: str, lock_id: str, now: datetime, lease: timedelta) -> LockRecord:
    """Begin a new lease on a lock that is still held; one call.

    Raises:
        Refused: it is not held by this lock id any more, or its lease would not end later than it does.
    """
    partition = keys.appointment(principal.tenant_id, appointment_id)
    values = {"cause": "renewed", **_lease_until(now, lease)}
    condition = _held(principal, lock_id, now) & (LockItem.expires_at < values["expires_at"])
    return _change(partition, values, condition, now)


@dataclass(frozen=True, slots=True)
class Surrender:
    """A lock that is to be freed, and by whom if they have signed in: the lock id alone is the right to."""

    tenant_id: str
    appointment_id: str
    lock_id: str
    user_id: str | None
    now: datetime


def release(surrender: Surrender, expected_version: int | None) -> LockRecord:
    """Free the lock, also after the deadline; one call.

    Raises:
        Refused: this lock id does not hold it, or it is another member's or at another version than expected.
    """
    condition: Condition = LockItem.lock_id == surrender.lock_id
    if surrender.user_id is not None:
        condition &= LockItem.user_id == surrender.user_id
    if expected_version is not None:
        condition &= LockItem.version == expected_version
    values = {"cause": "released", "ttl": int((surrender.now + MEMORY).timestamp())}
    partition = keys.appointment(surrender.tenant_id, surrender.appointment_id)
    return _change(partition, values, condition, surrender.now, removed=_HOLDER)


def add_fence(
    write: TransactWrite, principal: Principal, appointment_id: str, lock_id: str, now: datetime
) -> None:
    """Make a transaction succeed only while this member holds this very lock."""
    partition = keys.appointment(principal.tenant_id, appointment_id)
    write.condition_check(LockItem, partition, keys.LOCK, condition=_held(principal, lock_id, now))


def _held(principal: Principal, lock_id: str, now: datetime) -> Condition:
    held: Condition = (LockItem.lock_id == lock_id) & (LockItem.user_id == principal.user_id)
    held &= LockItem.expires_at >= to_ms(now)
    return held


def read(tenant_id: str, appointment_id: str) -> LockRecord | None:
    """The lock as it stands, read consistently; None if it has no item."""
    item = LockItem.read(keys.appointment(tenant_id, appointment_id), keys.LOCK, consistent=True)
    return _to_record(item) if item else None


def appointment_exists(tenant_id: str, appointment_id: str) -> bool:
    """Whether there is such an appointment."""
    partition = keys.appointment(tenant_id, appointment_id)
    return AppointmentKey.read(partition, keys.APPOINTMENT, consistent=True) is not None


def record_of(image: dict[str, Any]) -> LockRecord:
    """The record that a stream record or a refusal carries, in DynamoDB's own JSON."""
    return _to_record(LockItem.from_image(image))


_HOLDER = (
    LockItem.lock_id,
    LockItem.user_id,
    LockItem.user_name,
    LockItem.user_email,
    LockItem.session_id,
    LockItem.acquired_at,
    LockItem.renewed_at,
    LockItem.expires_at,
)


def _change(
    partition: str,
    values: dict[str, Any],
    condition: Condition,
    now: datetime,
    *,
    removed: tuple[Attribute[Any], ...] = (),
) -> LockRecord:
    item = LockItem(partition, keys.LOCK)
    values = {**values, "changed_at": to_ms(now)}
    actions: list[Action] = [getattr(LockItem, name).set(value) for name, value in values.items()]
    actions += [attribute.remove() for attribute in removed]
    actions.append(LockItem.version.set(LockItem.version + 1))
    try:
        conditionally(lambda: item.update(actions, condition))
    except ConditionFailed as refusal:
        raise Refused(_record(refusal.images[0])) from None
    return _to_record(item)


def _record(image: dict[str, Any] | None) -> LockRecord | None:
    return record_of(image) if image else None


def _to_record(item: LockItem) -> LockRecord:
    _, appointment_id = keys.appointment_of(item.pk)
    version = int(item.version)
    lock = _lock(item, appointment_id, version) if item.lock_id else None
    return LockRecord(appointment_id, version, lock, cast("Cause", item.cause), from_ms(item.changed_at))


def _lock(item: LockItem, appointment_id: str, version: int) -> Lock:
    return Lock(
        appointment_id=appointment_id,
        version=version,
        user_id=item.user_id,
        user_info=UserInfo(item.user_name, item.user_email),
        acquired_at=from_ms(item.acquired_at),
        renewed_at=from_ms(item.renewed_at),
        expires_at=from_ms(item.expires_at),
        lock_id=item.lock_id,
        session_id=item.session_id,
    )
