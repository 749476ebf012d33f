"""What an admin may do to another's lock."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.auth import Principal
from chalicelib.locking.model.lock import Actor, LockRecord
from chalicelib.locking.model.problems import LockVersionMismatch
from chalicelib.locking.model.rules.steps import Claim, Terms, actor_of, describe, freed, held, is_done, live
from chalicelib.locking.model.rules.waiting import struck_off


@dataclass(frozen=True, slots=True)
class Command:
    """Who, why, and the version at which they looked at the lock."""

    admin: Principal
    reason: str
    expected_version: int

    @property
    def actor(self) -> Actor:
        """The admin as the author of the change."""
        return actor_of(self.admin)


def take_over(record: LockRecord, claim: Claim, command: Command) -> LockRecord:
    """Take another's lock.

    Raises:
        LockVersionMismatch: it changed since the admin looked.
        NotLocked: nobody holds it.
    """
    if is_done(record, claim.lock_id):
        return record
    _check(record, command, claim.now)
    return held(
        record,
        claim.tab,
        claim.lock_id,
        "taken_over",
        claim.now,
        claim.terms,
        actor=command.actor,
        reason=command.reason,
    )


def force_release(record: LockRecord, command: Command, now: datetime) -> LockRecord:
    """Free another's lock.

    Raises:
        LockVersionMismatch: it changed since the admin looked.
        NotLocked: nobody holds it.
    """
    if _has_released(record, command):
        return record
    _check(record, command, now)
    return freed(record, "force_released", now, actor=command.actor, reason=command.reason)


def dismiss(
    record: LockRecord, user_id: str, admin: Actor, reason: str, now: datetime, terms: Terms
) -> LockRecord:
    """End all that a member has of a lock: the hold, or the place in line. Who has nothing of it changes nothing,
    and a lease that has run out ends as such.
    """
    lock = record.live_lock(now)
    if lock and lock.user_id == user_id:
        return freed(record, "force_released", now, actor=admin, reason=reason)
    return struck_off(record, user_id, now, terms)


def _has_released(record: LockRecord, command: Command) -> bool:
    """Whether this very command was carried out, and only its answer lost."""
    done = (record.cause, record.actor, record.reason) == ("force_released", command.actor, command.reason)
    return done and record.version == command.expected_version + 1


def _check(record: LockRecord, command: Command, now: datetime) -> None:
    if record.version != command.expected_version:
        raise LockVersionMismatch(describe(record, command.admin.user_id, now))
    live(record, now)
