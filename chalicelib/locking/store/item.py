"""The lock's item, and the record that it holds."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.dynamodb import keys
from chalicelib.core.dynamodb.item import DataItem
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


class LockItem(DataItem):
    """An appointment's lock; instants are milliseconds since the epoch. A free one has no `lockId`.

    It is in the first index while something of it falls due, and in the second while somebody holds it.
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


Values = dict[str, Any]


def to_record(item: LockItem) -> LockRecord:
    """The record that an item holds."""
    return _record(item.attribute_values)


def record_from_image(image: dict[str, Any]) -> LockRecord:
    """The record that a stream record, a write or a refusal carries, in DynamoDB's own JSON."""
    # An item in between would cost as much as all else that is done with what a write answers.
    return _record({_NAMES[name]: _plain(value) for name, value in image.items() if name in _NAMES})


_NAMES = {attribute.attr_name: name for name, attribute in LockItem.get_attributes().items()}


def _plain(value: dict[str, Any]) -> str | int | list[Any]:
    """An attribute's value out of DynamoDB's own JSON; a lock's item has texts, whole numbers and one list."""
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


def to_item(key: LockKey, record: LockRecord) -> LockItem:
    """The item that holds a record."""
    values: Values = {"version": record.version, "cause": record.cause, "changed_at": to_ms(record.changed_at)}
    values |= lease_values(key, record.lock) if record.lock else free_values(record.changed_at)
    values |= {
        "lease_until": _ms(record.lease_until),
        "waitlist": [waiter_values(key, one) for one in record.waitlist] or None,
        "control_expires_at": _ms(record.control_expires_at),
        "reserved_until": _ms(record.reserved_until),
        "reason": record.reason,
        **(actor_values(record.actor) if record.actor else {}),
        **(deadline_index_values(key, record.due_at) if record.due_at else {}),
    }
    return LockItem.for_key(key, **values)


def lease_values(key: LockKey, lock: Lock) -> Values:
    """A whole lease."""
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


def term_values(key: LockKey, begin: datetime, end: datetime) -> Values:
    """A lease's term alone, of a lock for which nobody waits."""
    times = {
        "renewed_at": to_ms(begin),
        "expires_at": to_ms(end),
        "ttl": int((end + EXPIRED_LOCK_TTL).timestamp()),
    }
    return {**times, **deadline_index_values(key, end)}


def deadline_index_values(key: LockKey, due_at: datetime) -> Values:
    """The place in the index by which the sweep finds what is overdue."""
    return {"gsi1pk": keys.deadlines_of(key), "gsi1sk": keys.deadline_sort_key(to_ms(due_at))}


def free_values(now: datetime) -> Values:
    """What a free lock keeps."""
    return {"ttl": int((now + FREE_LOCK_TTL).timestamp())}


def actor_values(actor: Actor) -> Values:
    """Who made a change."""
    info = actor.user_info
    return {"actor_id": actor.user_id, "actor_name": info.name, "actor_email": info.email}


def waiter_values(key: LockKey, waiter: Waiter) -> Values:
    """One in line, with the index key that the item gets when they become its holder."""
    values: Values = {
        "userId": waiter.member_id,
        "userName": waiter.user_info.name,
        "userEmail": waiter.user_info.email,
        "sessionId": waiter.tab_id,
        "holder": keys.leases_of_member(key.tenant_id, waiter.member_id),
        "message": waiter.message,
        "askedAt": to_ms(waiter.asked_at),
        "isAdmin": waiter.is_admin,
        "onTimeout": waiter.on_timeout,
    }
    return values | ({"goneAt": to_ms(waiter.disconnected_at)} if waiter.disconnected_at else {})


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


def _actor(values: Values) -> Actor:
    return Actor(values["actor_id"], UserInfo(values["actor_name"], values["actor_email"]))


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


def _ms(instant: datetime | None) -> int | None:
    return to_ms(instant) if instant else None


def _instant(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
