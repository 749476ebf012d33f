"""Acquire, renew and release as a conditional update, without a waitlist.

Each writes the same as the rule of its name. If its condition fails, the refusal carries the stored lock and the
rule decides. These conditions decide expiry, never DynamoDB's TTL.

The expressions are constant strings with values. PynamoDB's operands, an object for every path and value, took
most of the time that a write costs beside DynamoDB itself.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, RemoveAction, SetAction

from chalicelib.core.clock import to_ms
from chalicelib.core.dynamodb.keys import LockKey
from chalicelib.core.dynamodb.retries import ConditionFailed, with_retries
from chalicelib.core.security.tokens import Principal
from chalicelib.locking.model import Cause, Lock, LockRecord, UserInfo
from chalicelib.locking.model.rules import LockRequest, ReleaseRequest, Timeouts
from chalicelib.locking.store.item import (
    ConditionRefused,
    LockItem,
    Values,
    free_values,
    lease_values,
    record_from_image,
    require_lease,
    term_values,
)

_Names = dict[str, str]


class RawCondition(Condition):
    """A condition as text: attributes begin with `#`, and named values with `:`.

    Joined conditions share the names of their values. PynamoDB's own conditions number theirs and do not mix.
    """

    def __init__(self, text: str, **values: str | int) -> None:
        super().__init__(text)
        self._values = values

    def serialize(self, placeholder_names: _Names, expression_attribute_values: Values) -> str:
        """Return the expression; PynamoDB calls this."""
        placeholder_names.update(_names_in(self.operator))
        expression_attribute_values.update(_named(self._values))
        return f"({self.operator})"


class SetExpression(SetAction):
    """Set attributes to values and add one to `version`."""

    def __init__(self, values: Mapping[str, str | int]) -> None:
        self._values = values

    def serialize(self, placeholder_names: _Names, expression_attribute_values: Values) -> str:
        """Return the expression; PynamoDB calls this."""
        text = _set_clause(tuple(self._values))
        placeholder_names.update(_names_in(text))
        expression_attribute_values.update(_named(self._values))
        expression_attribute_values[":one"] = {"N": "1"}
        return text


class RemoveExpression(RemoveAction):
    """Remove attributes."""

    def __init__(self, attributes: Iterable[str]) -> None:
        self._text = ", ".join(f"#{name}" for name in attributes)

    def serialize(self, placeholder_names: _Names, expression_attribute_values: Values) -> str:  # noqa: ARG002
        """Return the expression; PynamoDB calls this."""
        placeholder_names.update(_names_in(self._text))
        return self._text


@cache
def _names_in(text: str) -> _Names:
    return {name: f"#{name}" for name in re.findall(r"#(\w+)", text)}


@cache
def _set_clause(names: tuple[str, ...]) -> str:
    return ", ".join([*(f"#{name} = :{name}" for name in names), "#version = #version + :one"])


def _named(values: Mapping[str, str | int]) -> Values:
    return {
        f":{name}": {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in values.items()
    }


_NO_WAITERS = RawCondition("attribute_not_exists(#line)")
_ACQUIRABLE = (
    "attribute_exists(#pk) AND (attribute_not_exists(#lockId) OR #expiresAt < :now"
    " OR (#userId = :user_id AND #sessionId = :session_id))"
)
_ATTRIBUTES = {name: attribute.attr_name for name, attribute in LockItem.get_attributes().items()}
_HOLDER = {"lock_id", "user_id", "user_name", "user_email", "tab_id", "acquired_at", "gsi2pk", "gsi2sk"}
_OPTIONAL = _ATTRIBUTES.keys() - {"pk", "sk", "version", "cause", "changed_at"}


def acquire(key: LockKey, request: LockRequest, expected_version: int | None) -> Lock:
    """Start a lease if the lock is free, expired or held by this tab.

    Raises:
        ConditionRefused: the lock is held, reserved or at another version; without a record, it has no item.
    """
    now, holder = to_ms(request.now), request.tab.principal
    condition: Condition = _NO_WAITERS & RawCondition(
        _ACQUIRABLE, now=now, user_id=holder.member_id, session_id=request.tab.tab_id
    )
    if expected_version is not None:
        condition &= _is_at(expected_version)
    record = _update(key, "acquired", new_lease_values(key, request), condition, request.now)
    return require_lease(record.lock)


def renew(key: LockKey, principal: Principal, lock_id: str, now: datetime, timeouts: Timeouts) -> Lock:
    """Extend a live lease.

    Raises:
        ConditionRefused: this lock id does not hold the lock, the new deadline is not later, or members wait.
    """
    values = term_values(key, now, now + timeouts.lease)
    is_later = RawCondition("#expiresAt < :end", end=values["expires_at"])
    condition = holds_lock(principal, lock_id, now) & is_later & _NO_WAITERS
    return require_lease(_update(key, "renewed", values, condition, now, kept=_HOLDER).lock)


def release(key: LockKey, request: ReleaseRequest, expected_version: int | None) -> int:
    """Free the lock, also after its deadline. Returns the version.

    Raises:
        ConditionRefused: this lock id does not hold the lock, another member does, it is at another version, or
            members wait.
    """
    condition: Condition = RawCondition("#lockId = :lock_id", lock_id=request.lock_id) & _NO_WAITERS
    if request.member_id is not None:
        condition &= RawCondition("#userId = :user_id", user_id=request.member_id)
    if expected_version is not None:
        condition &= _is_at(expected_version)
    return _update(key, "released", free_values(request.now), condition, request.now).version


def holds_lock(principal: Principal, lock_id: str, now: datetime) -> Condition:
    """Return the condition that this member holds the lock under this lock id."""
    text = "#lockId = :lock_id AND #userId = :user_id AND #expiresAt >= :now"
    return RawCondition(text, lock_id=lock_id, user_id=principal.member_id, now=to_ms(now))


def is_unheld(now: datetime) -> Condition:
    """Return the condition that the lock is free or expired."""
    return RawCondition("attribute_not_exists(#lockId) OR #expiresAt < :now", now=to_ms(now))


def new_lease_values(key: LockKey, request: LockRequest) -> Values:
    """Return the attributes of the requested lease."""
    holder, now = request.tab.principal, request.now
    lock = Lock(
        appointment_id=key.appointment_id,
        version=0,
        user_id=holder.member_id,
        user_info=UserInfo(holder.name, holder.email),
        acquired_at=now,
        renewed_at=now,
        expires_at=now + request.timeouts.lease,
        lock_id=request.lock_id,
        session_id=request.tab.tab_id,
    )
    return lease_values(key, lock)


def _is_at(version: int) -> Condition:
    return RawCondition("#version = :version", version=version)


def _update(
    key: LockKey,
    cause: Cause,
    values: Values,
    condition: Condition,
    now: datetime,
    *,
    kept: AbstractSet[str] = frozenset(),
) -> LockRecord:
    """Write these values and remove all other attributes that are not kept."""
    values = {**values, "cause": cause, "changed_at": to_ms(now)}
    removed = (_ATTRIBUTES[name] for name in sorted(_OPTIONAL - kept - values.keys()))
    stored = {_ATTRIBUTES[name]: value for name, value in values.items()}
    actions: list[Action] = [SetExpression(stored), RemoveExpression(removed)]
    try:
        image = with_retries(lambda: LockItem.update_returning(key, actions, condition))
    except ConditionFailed as refusal:
        raise ConditionRefused.of(refusal.image) from None
    return record_from_image(image)
