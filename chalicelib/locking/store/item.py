"""The lock's item, and its conversion from and to a `LockRecord`."""

from datetime import datetime
from typing import Any, Self, cast

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem, Image
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.locking.model import (
    EXPIRED_LOCK_TTL,
    FREE_LOCK_TTL,
    Actor,
    Cause,
    Lock,
    LockRecord,
    TimeoutAction,
    UserInfo,
    Waiter,
)

# Attributes by their Python names.
Values = dict[str, Any]


class LockItem(DataItem):
    """An appointment's lock; instants are milliseconds since the epoch.

    A free lock has no `lockId`.

    The first index has the locks with a deadline, the second the locks with a holder.
    """

    version = NumberAttribute()
    cause = UnicodeAttribute()
    changed_at = NumberAttribute(attr_name="changedAt")
    lock_id = UnicodeAttribute(null=True, attr_name="lockId")
    user_id = UnicodeAttribute(null=True, attr_name="userId")
    user_name = UnicodeAttribute(null=True, attr_name="userName")
    user_email = UnicodeAttribute(null=True, attr_name="userEmail")
    tab_id = UnicodeAttribute(null=True, attr_name="sessionId")
    acquired_at = NumberAttribute(null=True, attr_name="acquiredAt")
    renewed_at = NumberAttribute(null=True, attr_name="renewedAt")
    expires_at = NumberAttribute(null=True, attr_name="expiresAt")
    lease_until = NumberAttribute(null=True, attr_name="leaseUntil")
    waitlist = ListAttribute[Any](null=True, attr_name="line")
    control_expires_at = NumberAttribute(null=True, attr_name="controlExpiresAt")
    reserved_until = NumberAttribute(null=True, attr_name="turnEndsAt")
    actor_id = UnicodeAttribute(null=True, attr_name="actorId")
    actor_name = UnicodeAttribute(null=True, attr_name="actorName")
    actor_email = UnicodeAttribute(null=True, attr_name="actorEmail")
    reason = UnicodeAttribute(null=True)
    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)
    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)


class ConditionRefused(Exception):
    """The condition of a write failed.

    `record` is the stored lock, None if the lock has no item.
    """

    def __init__(self, record: LockRecord | None) -> None:
        super().__init__("the lock is not in the state that the write requires")
        self.record = record

    @classmethod
    def of(cls, image: Image | None) -> Self:
        """Return the refusal that carries this image."""
        return cls(record_from_image(image) if image else None)


def to_record(item: LockItem) -> LockRecord:
    """Return the record of an item."""
    return _record(item.attribute_values)


def record_from_image(image: Image) -> LockRecord:
    """Return the record of an image from a stream record, a write or a refusal."""
    # Through PynamoDB's model this takes as long as the rest of an acquire.
    return _record({_NAMES[name]: _plain(value) for name, value in image.items() if name in _NAMES})


_NAMES = {attribute.attr_name: name for name, attribute in LockItem.get_attributes().items()}


def _plain(value: dict[str, Any]) -> str | int | list[Any]:
    """Return a value of DynamoDB's JSON.

    A lock's item has strings, whole numbers and one list.
    """
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content)
    return LockItem.waitlist.deserialize(content) if kind == "L" else cast("str", content)


def _record(values: Values) -> LockRecord:
    appointment_id = LockKey.parse(values["pk"]).appointment_id
    version = int(values["version"])
    return LockRecord(
        appointment_id=appointment_id,
        version=version,
        lock=_lock(values, appointment_id, version) if values.get("lock_id") else None,
        cause=cast("Cause", values["cause"]),
        changed_at=from_ms(values["changed_at"]),
        waitlist=tuple(_waiter(entry) for entry in values.get("waitlist") or ()),
        control_expires_at=_instant(values.get("control_expires_at")),
        reserved_until=_instant(values.get("reserved_until")),
        lease_until=_instant(values.get("lease_until")),
        actor=_actor(values) if values.get("actor_id") else None,
        reason=values.get("reason"),
    )


def _lock(values: Values, appointment_id: str, version: int) -> Lock:
    return Lock(
        appointment_id=appointment_id,
        version=version,
        user_id=values["user_id"],
        user_info=UserInfo(values["user_name"], values["user_email"]),
        acquired_at=from_ms(values["acquired_at"]),
        renewed_at=from_ms(values["renewed_at"]),
        expires_at=from_ms(values["expires_at"]),
        lock_id=values["lock_id"],
        session_id=values["tab_id"],
    )


def _actor(values: Values) -> Actor:
    return Actor(values["actor_id"], UserInfo(values["actor_name"], values["actor_email"]))


def _waiter(values: Values) -> Waiter:
    return Waiter(
        member_id=values["userId"],
        user_info=UserInfo(values["userName"], values["userEmail"]),
        tab_id=values["sessionId"],
        message=values["message"],
        asked_at=from_ms(values["askedAt"]),
        is_admin=values["isAdmin"],
        on_timeout=cast("TimeoutAction", values["onTimeout"]),
        disconnected_at=_instant(values.get("goneAt")),
    )


def to_item(key: LockKey, record: LockRecord) -> LockItem:
    """Return the item of a record."""
    values: Values = {"version": record.version, "cause": record.cause, "changed_at": to_ms(record.changed_at)}
    values |= lease_values(key, record.lock) if record.lock else free_values(record.changed_at)
    values |= {
        "lease_until": _ms(record.lease_until),
        "waitlist": [_waiter_values(key, waiter) for waiter in record.waitlist] or None,
        "control_expires_at": _ms(record.control_expires_at),
        "reserved_until": _ms(record.reserved_until),
        "reason": record.reason,
        **(_actor_values(record.actor) if record.actor else {}),
        **(_deadline_index_values(key, record.due_at) if record.due_at else {}),
    }
    return LockItem.for_key(key, **values)


def lease_values(key: LockKey, lock: Lock) -> Values:
    """Return the attributes of a lease, of a lock without a waitlist."""
    return {
        "lock_id": lock.lock_id,
        "user_id": lock.user_id,
        "user_name": lock.user_info.name,
        "user_email": lock.user_info.email,
        "tab_id": lock.session_id,
        "acquired_at": to_ms(lock.acquired_at),
        "gsi2pk": keys.leases_of_member(key.tenant_id, lock.user_id),
        "gsi2sk": lock.session_id,
        **term_values(key, lock.renewed_at, lock.expires_at),
    }


def term_values(key: LockKey, start: datetime, end: datetime) -> Values:
    """Return the attributes of a lease that depend on its term."""
    times = {
        "renewed_at": to_ms(start),
        "expires_at": to_ms(end),
        "ttl": int((end + EXPIRED_LOCK_TTL).timestamp()),
    }
    return {**times, **_deadline_index_values(key, end)}


def free_values(now: datetime) -> Values:
    """Return the attributes of a free lock."""
    return {"ttl": int((now + FREE_LOCK_TTL).timestamp())}


def _deadline_index_values(key: LockKey, due_at: datetime) -> Values:
    """Return the keys of the index in which the sweep finds overdue locks."""
    return {"gsi1pk": keys.deadlines_of(key), "gsi1sk": keys.deadline_sort_key(to_ms(due_at))}


def _actor_values(actor: Actor) -> Values:
    info = actor.user_info
    return {"actor_id": actor.user_id, "actor_name": info.name, "actor_email": info.email}


def _waiter_values(key: LockKey, waiter: Waiter) -> Values:
    values: Values = {
        "userId": waiter.member_id,
        "userName": waiter.user_info.name,
        "userEmail": waiter.user_info.email,
        "sessionId": waiter.tab_id,
        # Version 0.1.0 copies it when it grants the lock: both versions serve while a deployment is under way.
        "holder": keys.leases_of_member(key.tenant_id, waiter.member_id),
        "message": waiter.message,
        "askedAt": to_ms(waiter.asked_at),
        "isAdmin": waiter.is_admin,
        "onTimeout": waiter.on_timeout,
    }
    return values | ({"goneAt": to_ms(waiter.disconnected_at)} if waiter.disconnected_at else {})


def _ms(instant: datetime | None) -> int | None:
    return to_ms(instant) if instant else None


def _instant(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)


def require_lease(lock: Lock | None) -> Lock:
    """Return the lease of a granted request, which is never without one."""
    if lock is None:
        raise AssertionError("a lock was granted without a lease")
    return lock
