"""What is done to a lock in one conditional write, in the usual case that nobody waits in line.

Each does what the rule of its name does there. Where its condition does not hold the refusal brings the lock as it
stands, and the rule itself decides. Expiry is decided by these conditions, and never by DynamoDB's TTL.
"""

from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.core import keys
from chalicelib.core.auth import Principal
from chalicelib.core.clock import to_ms
from chalicelib.core.table import ConditionFailed, conditionally
from chalicelib.locking.model import Cause, LockRecord
from chalicelib.locking.model.lock import Lock
from chalicelib.locking.model.rules import Answer, Claim, Command, Surrender, Terms, actor_of
from chalicelib.locking.store.item import (
    LockItem,
    Values,
    actor_values,
    free_values,
    lease_values,
    record_of,
    term_values,
    to_record,
)


class Refused(Exception):
    """The condition did not hold; `record` is what stands there, None if the lock has no item."""

    def __init__(self, record: LockRecord | None) -> None:
        super().__init__("the lock is not as the write needs it")
        self.record = record


_NOBODY_WAITS = LockItem.line.does_not_exist()
_HOLDER = {
    "lock_id",
    "user_id",
    "user_name",
    "user_email",
    "session_id",
    "acquired_at",
    "gsi2pk",
    "gsi2sk",
}
_ALWAYS = {"pk", "sk", "version", "cause", "changed_at"}
_OPTIONAL = set(LockItem.get_attributes()) - _ALWAYS


def acquire(partition: str, claim: Claim, expected_version: int | None) -> LockRecord:
    """Take the lock if it is free, expired or this tab's own.

    Raises:
        Refused: it is held, or at another version than expected, or somebody waits; without a record, it has no
            item yet.
    """
    mine = (LockItem.user_id == claim.tab.user_id) & (LockItem.session_id == claim.tab.session_id)
    takeable = LockItem.lock_id.does_not_exist() | (LockItem.expires_at < to_ms(claim.now)) | mine
    condition: Condition = LockItem.pk.exists() & takeable & _NOBODY_WAITS
    if expected_version is not None:
        condition &= LockItem.version == expected_version
    return _change(partition, "acquired", new_lease(partition, claim), condition, claim.now)


def renew(partition: str, principal: Principal, lock_id: str, now: datetime, terms: Terms) -> LockRecord:
    """Begin a new lease on a lock that is still held.

    Raises:
        Refused: it is not held by this lock id any more, its lease would not end later than it does, or somebody
            waits.
    """
    values = term_values(partition, now, now + terms.lease)
    condition = holds(principal, lock_id, now) & (LockItem.expires_at < values["expires_at"]) & _NOBODY_WAITS
    return _change(partition, "renewed", values, condition, now, kept=_HOLDER)


def release(partition: str, surrender: Surrender, expected_version: int | None) -> LockRecord:
    """Free the lock, also after the deadline.

    Raises:
        Refused: this lock id does not hold it, it is another member's, it is at another version than expected, or
            somebody waits.
    """
    condition: Condition = (LockItem.lock_id == surrender.lock_id) & _NOBODY_WAITS
    if surrender.user_id is not None:
        condition &= LockItem.user_id == surrender.user_id
    if expected_version is not None:
        condition &= LockItem.version == expected_version
    return _change(partition, "released", free_values(surrender.now), condition, surrender.now)


def move(partition: str, claim: Claim) -> LockRecord:
    """Take one's own lock to another tab.

    Raises:
        Refused: it is not held by this member, or somebody waits.
    """
    condition: Condition = (LockItem.user_id == claim.tab.user_id) & _runs(claim.now) & _NOBODY_WAITS
    return _change(partition, "moved", new_lease(partition, claim), condition, claim.now)


def take_over(partition: str, claim: Claim, command: Command) -> LockRecord:
    """Take another's lock.

    Raises:
        Refused: it changed since the admin looked, nobody holds it, or somebody waits.
    """
    values = new_lease(partition, claim) | actor_values(command.actor) | {"reason": command.reason}
    condition = _is_as_seen(command) & _runs(claim.now) & _NOBODY_WAITS
    return _change(partition, "taken_over", values, condition, claim.now)


def force_release(partition: str, command: Command, now: datetime) -> LockRecord:
    """Free another's lock.

    Raises:
        Refused: it changed since the admin looked, nobody holds it, or somebody waits.
    """
    values = free_values(now) | actor_values(command.actor) | {"reason": command.reason}
    condition = _is_as_seen(command) & _runs(now) & _NOBODY_WAITS
    return _change(partition, "force_released", values, condition, now)


def grant(partition: str, answer: Answer, lock_id: str, now: datetime, terms: Terms) -> LockRecord:
    """Pass the lock to the one who waits: who that is need not be known, it is copied within the item.

    Raises:
        Refused: the one who answers does not hold the lock, somebody else asks, or not exactly one waits.
    """
    values = actor_values(actor_of(answer.holder)) | term_values(partition, now, now + terms.lease)
    values |= {"lock_id": lock_id, "acquired_at": to_ms(now)}
    values |= {name: _FIRST[attribute] for name, attribute in _COPIED.items()}
    if answer.message:
        values["reason"] = answer.message
    exactly_one = _FIRST.exists() & Path("line")[1].does_not_exist()
    condition = holds(answer.holder, answer.lock_id, now) & exactly_one
    if answer.user_id is not None:
        condition &= _FIRST["userId"] == answer.user_id
    return _change(partition, "granted", values, condition, now)


_FIRST = Path("line")[0]
_COPIED = {
    "user_id": "userId",
    "user_name": "userName",
    "user_email": "userEmail",
    "session_id": "sessionId",
    "gsi2pk": "holder",
    "gsi2sk": "sessionId",
}


def holds(principal: Principal, lock_id: str, now: datetime) -> Condition:
    """The condition that this member holds this very lock."""
    held: Condition = (LockItem.lock_id == lock_id) & (LockItem.user_id == principal.user_id)
    held &= _runs(now)
    return held


def new_lease(partition: str, claim: Claim) -> Values:
    """The whole lease that a claim asks for."""
    _, appointment_id = keys.appointment_of(partition)
    tab, now = claim.tab, claim.now
    end = now + claim.terms.lease
    lock = Lock(appointment_id, 0, tab.user_id, tab.user_info, now, now, end, claim.lock_id, tab.session_id)
    return lease_values(partition, lock)


def _runs(now: datetime) -> Condition:
    return LockItem.expires_at >= to_ms(now)


def _is_as_seen(command: Command) -> Condition:
    as_seen: Condition = LockItem.lock_id.exists() & (LockItem.version == command.expected_version)
    return as_seen


def _change(
    partition: str,
    cause: Cause,
    values: Values,
    condition: Condition,
    now: datetime,
    *,
    kept: set[str] = frozenset(),  # type: ignore[assignment]
) -> LockRecord:
    """Write these values and no other ones, except for those that are kept."""
    item = LockItem(partition, keys.LOCK)
    values = {**values, "cause": cause, "changed_at": to_ms(now)}
    actions: list[Action] = [getattr(LockItem, name).set(value) for name, value in values.items()]
    actions += [getattr(LockItem, name).remove() for name in sorted(_OPTIONAL - kept - set(values))]
    actions.append(LockItem.version.set(LockItem.version + 1))
    try:
        conditionally(lambda: item.update(actions, condition))
    except ConditionFailed as refusal:
        image = refusal.images[0]
        raise Refused(record_of(image) if image else None) from None
    return to_record(item)
