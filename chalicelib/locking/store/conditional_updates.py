"""What is done to a lock in one conditional write, in the usual case that nobody waits in line.

Each does what the rule of its name does there. Where its condition does not hold the refusal brings the lock as it
stands, and the rule itself decides. Expiry is decided by these conditions, and never by DynamoDB's TTL.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Cause, LockRecord
from chalicelib.locking.model.lock import Lock
from chalicelib.locking.model.rules import (
    AdminOverride,
    ControlResponse,
    LockRequest,
    ReleaseRequest,
    Timeouts,
    actor_of,
)
from chalicelib.locking.store.expressions import RawCondition, RemoveExpression, SetExpression
from chalicelib.locking.store.item import (
    LockItem,
    Values,
    actor_values,
    free_values,
    lease_values,
    record_from_image,
    term_values,
)


class ConditionRefused(Exception):
    """The condition did not hold; `record` is what stands there, None if the lock has no item."""

    def __init__(self, record: LockRecord | None) -> None:
        super().__init__("the lock is not as the write needs it")
        self.record = record


_NO_WAITERS = RawCondition("attribute_not_exists(#line)")
_EXACTLY_ONE_WAITER = RawCondition("attribute_exists(#line[0]) AND attribute_not_exists(#line[1])")
_ACQUIRABLE = (
    "attribute_exists(#pk) AND (attribute_not_exists(#lockId) OR #expiresAt < :now"
    " OR (#userId = :user_id AND #sessionId = :session_id))"
)
_HOLDER_ATTRIBUTES = {
    "lock_id",
    "user_id",
    "user_name",
    "user_email",
    "tab_id",
    "acquired_at",
    "gsi2pk",
    "gsi2sk",
}
_ALWAYS = {"pk", "sk", "version", "cause", "changed_at"}
_ATTRIBUTES = {name: attribute.attr_name for name, attribute in LockItem.get_attributes().items()}
_OPTIONAL = set(_ATTRIBUTES) - _ALWAYS


def acquire(key: LockKey, claim: LockRequest, expected_version: int | None) -> LockRecord:
    """Take the lock if it is free, expired or this tab's own.

    Raises:
        Refused: it is held, or at another version than expected, or somebody waits; without a record, it has no
            item yet.
    """
    tab, now = claim.tab, to_ms(claim.now)
    condition: Condition = (
        RawCondition(_ACQUIRABLE, now=now, user_id=tab.member_id, session_id=tab.tab_id) & _NO_WAITERS
    )
    if expected_version is not None:
        condition &= _is_at(expected_version)
    return _change(key, "acquired", new_lease(key, claim), condition, claim.now)


def renew(key: LockKey, principal: Principal, lock_id: str, now: datetime, terms: Timeouts) -> LockRecord:
    """Begin a new lease on a lock that is still held.

    Raises:
        Refused: it is not held by this lock id any more, its lease would not end later than it does, or somebody
            waits.
    """
    values = term_values(key, now, now + terms.lease)
    longer = RawCondition("#expiresAt < :end", end=values["expires_at"])
    condition = holds_lock(principal, lock_id, now) & longer & _NO_WAITERS
    return _change(key, "renewed", values, condition, now, kept=_HOLDER_ATTRIBUTES)


def release(key: LockKey, surrender: ReleaseRequest, expected_version: int | None) -> LockRecord:
    """Free the lock, also after the deadline.

    Raises:
        Refused: this lock id does not hold it, it is another member's, it is at another version than expected, or
            somebody waits.
    """
    condition: Condition = RawCondition("#lockId = :lock_id", lock_id=surrender.lock_id) & _NO_WAITERS
    if surrender.member_id is not None:
        condition &= _is_held_by(surrender.member_id)
    if expected_version is not None:
        condition &= _is_at(expected_version)
    return _change(key, "released", free_values(surrender.now), condition, surrender.now)


def move(key: LockKey, claim: LockRequest) -> LockRecord:
    """Take one's own lock to another tab.

    Raises:
        Refused: it is not held by this member, or somebody waits.
    """
    condition: Condition = _is_held_by(claim.tab.member_id) & _is_live(claim.now) & _NO_WAITERS
    return _change(key, "moved", new_lease(key, claim), condition, claim.now)


def take_over(key: LockKey, claim: LockRequest, command: AdminOverride) -> LockRecord:
    """Take another's lock.

    Raises:
        Refused: it changed since the admin looked, nobody holds it, or somebody waits.
    """
    values = new_lease(key, claim) | actor_values(command.actor) | {"reason": command.reason}
    condition = _is_as_seen(command) & _is_live(claim.now) & _NO_WAITERS
    return _change(key, "taken_over", values, condition, claim.now)


def force_release(key: LockKey, command: AdminOverride, now: datetime) -> LockRecord:
    """Free another's lock.

    Raises:
        Refused: it changed since the admin looked, nobody holds it, or somebody waits.
    """
    values = free_values(now) | actor_values(command.actor) | {"reason": command.reason}
    condition = _is_as_seen(command) & _is_live(now) & _NO_WAITERS
    return _change(key, "force_released", values, condition, now)


def grant(key: LockKey, answer: ControlResponse, lock_id: str, now: datetime, terms: Timeouts) -> LockRecord:
    """Pass the lock to the one who waits: who that is need not be known, it is copied within the item.

    Raises:
        Refused: the one who answers does not hold the lock, somebody else asks, or not exactly one waits.
    """
    values = actor_values(actor_of(answer.holder)) | term_values(key, now, now + terms.lease)
    values |= {"lock_id": lock_id, "acquired_at": to_ms(now)}
    if answer.message:
        values["reason"] = answer.message
    condition = holds_lock(answer.holder, answer.lock_id, now) & _EXACTLY_ONE_WAITER
    if answer.member_id is not None:
        condition &= RawCondition("#line[0].#userId = :asker", asker=answer.member_id)
    return _change(key, "granted", values, condition, now, copied=_FIRST_IN_LINE)


_FIRST_IN_LINE = {
    "user_id": "#line[0].#userId",
    "user_name": "#line[0].#userName",
    "user_email": "#line[0].#userEmail",
    "tab_id": "#line[0].#sessionId",
    "gsi2pk": "#line[0].#holder",
    "gsi2sk": "#line[0].#sessionId",
}


def holds_lock(principal: Principal, lock_id: str, now: datetime) -> Condition:
    """The condition that this member holds this very lock."""
    words = "#lockId = :lock_id AND #userId = :user_id AND #expiresAt >= :now"
    return RawCondition(words, lock_id=lock_id, user_id=principal.member_id, now=to_ms(now))


def is_unheld(now: datetime) -> Condition:
    """The condition that nobody holds the lock."""
    return RawCondition("attribute_not_exists(#lockId) OR #expiresAt < :now", now=to_ms(now))


def new_lease(key: LockKey, claim: LockRequest) -> Values:
    """The whole lease that a claim asks for."""
    tab, now = claim.tab, claim.now
    end = now + claim.timeouts.lease
    lock = Lock(key.appointment_id, 0, tab.member_id, tab.user_info, now, now, end, claim.lock_id, tab.tab_id)
    return lease_values(key, lock)


def _is_live(now: datetime) -> Condition:
    return RawCondition("#expiresAt >= :now", now=to_ms(now))


def _is_held_by(member_id: str) -> Condition:
    return RawCondition("#userId = :user_id", user_id=member_id)


def _is_at(version: int) -> Condition:
    return RawCondition("#version = :version", version=version)


def _is_as_seen(command: AdminOverride) -> Condition:
    return RawCondition("attribute_exists(#lockId) AND #version = :version", version=command.expected_version)


def _change(
    key: LockKey,
    cause: Cause,
    values: Values,
    condition: Condition,
    now: datetime,
    *,
    kept: AbstractSet[str] = frozenset(),
    copied: Mapping[str, str] = MappingProxyType({}),
) -> LockRecord:
    """Write these values and no other ones, except for those that are kept or copied within the item."""
    values = {**values, "cause": cause, "changed_at": to_ms(now)}
    removed = _OPTIONAL - kept - values.keys() - copied.keys()
    removes = RemoveExpression(_ATTRIBUTES[name] for name in sorted(removed))
    actions: list[Action] = [SetExpression(_named(values), _named(copied)), removes]
    try:
        image = with_retries(lambda: LockItem.update_returning(key, actions, condition))
    except ConditionFailed as refusal:
        raise ConditionRefused(record_from_image(refusal.image) if refusal.image else None) from None
    return record_from_image(image)


def _named(values: Mapping[str, Any]) -> Values:
    return {_ATTRIBUTES[name]: value for name, value in values.items()}
