"""The steps that all rules are made of."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.core.auth import Principal
from chalicelib.locking.model.lock import (
    TURN,
    Actor,
    Asker,
    Cause,
    Lock,
    LockRecord,
    LockStatus,
    Tab,
    UserInfo,
)
from chalicelib.locking.model.problems import LockLost, NotLocked


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a lease runs, a dropped connection keeps it, and a request waits for its answer."""

    lease: timedelta
    grace: timedelta
    patience: timedelta


@dataclass(frozen=True, slots=True)
class Claim:
    """A tab that asks for something at `now`, and the lock id that it is to have if that is a lease."""

    tab: Tab
    lock_id: str
    now: datetime
    terms: Terms


class Holder(Protocol):
    """Whoever can hold a lock: a tab, or one in line."""

    @property
    def user_id(self) -> str: ...
    @property
    def user_info(self) -> UserInfo: ...
    @property
    def session_id(self) -> str: ...


def actor_of(principal: Principal) -> Actor:
    """A member as the author of a change."""
    return Actor(principal.user_id, UserInfo(principal.name, principal.email))


def describe(record: LockRecord, user_id: str, now: datetime, session_id: str | None = None) -> LockStatus:
    """The record as a member sees it, in any of their tabs or in this one."""
    lock = record.live_lock(now)
    return LockStatus(
        appointment_id=record.appointment_id,
        state=record.state_for(user_id, now),
        lock=lock.as_seen_by(user_id, session_id) if lock else None,
        version=record.version,
        server_time=now,
    )


def changed(record: LockRecord, cause: Cause, now: datetime, **changes: Any) -> LockRecord:  # noqa: ANN401 - its fields
    """The next version of a record."""
    version = record.version + 1
    nobody = {"actor": None, "reason": None}
    written = replace(record, **{**nobody, **changes, "version": version, "cause": cause, "changed_at": now})
    return replace(written, lock=replace(written.lock, version=version)) if written.lock else written


def held(
    record: LockRecord,
    holder: Holder,
    lock_id: str,
    cause: Cause,
    now: datetime,
    terms: Terms,
    *,
    actor: Actor | None = None,
    reason: str | None = None,
) -> LockRecord:
    """A new hold begins. Whoever waits goes on waiting, and a new holder has the whole time to answer."""
    line = tuple(one for one in record.line if one.user_id != holder.user_id)
    lock = Lock(
        appointment_id=record.appointment_id,
        version=record.version,
        user_id=holder.user_id,
        user_info=holder.user_info,
        acquired_at=now,
        renewed_at=now,
        expires_at=now + terms.lease,
        lock_id=lock_id,
        session_id=holder.session_id,
    )
    asked = record.control_expires_at if _has_it_already(record, holder, now) else None
    deadline = (asked or now + terms.patience) if line else None
    line_state = {"line": line, "control_expires_at": deadline, "turn_ends_at": None, "lease_until": None}
    return changed(record, cause, now, lock=lock, actor=actor, reason=reason, **line_state)


def _has_it_already(record: LockRecord, holder: Holder, now: datetime) -> bool:
    """Whether the hold before was the same member's: who only opens the page anew has no more time to answer."""
    lock = record.lock
    return lock is not None and lock.user_id == holder.user_id and lock.is_live(now)


def freed(
    record: LockRecord, cause: Cause, now: datetime, *, actor: Actor | None = None, reason: str | None = None
) -> LockRecord:
    """A hold ends. It is the turn of the first in line whose connection stands."""
    line = connected(record.line)
    turn = now + TURN if line else None
    line_state = {"line": line, "control_expires_at": None, "turn_ends_at": turn, "lease_until": None}
    return changed(record, cause, now, lock=None, actor=actor, reason=reason, **line_state)


def lined_up(record: LockRecord, line: tuple[Asker, ...], cause: Cause, now: datetime, terms: Terms) -> LockRecord:
    """The record with another line; who is first anew gets the whole time."""
    if [one.user_id for one in line[:1]] == [one.user_id for one in record.line[:1]]:
        return changed(record, cause, now, line=line)
    if record.lock:
        return changed(record, cause, now, line=line, control_expires_at=now + terms.patience if line else None)
    return turned(record, line, cause, now)


def turned(record: LockRecord, line: tuple[Asker, ...], cause: Cause, now: datetime) -> LockRecord:
    """A free lock with another line: it is the turn of the first in it whose connection stands."""
    present = connected(line)
    return changed(record, cause, now, line=present, turn_ends_at=now + TURN if present else None)


def connected(line: tuple[Asker, ...]) -> tuple[Asker, ...]:
    """Those in line who are there to take the lock."""
    return tuple(one for one in line if not one.gone_at)


def is_done(record: LockRecord, lock_id: str) -> bool:
    """Whether the hold that was to begin has begun: the write's answer was lost, and it was sent again."""
    return record.lock is not None and record.lock.lock_id == lock_id


def live(record: LockRecord, now: datetime) -> Lock:
    """The lease that runs.

    Raises:
        NotLocked: none does.
    """
    lock = record.live_lock(now)
    if lock is None:
        raise NotLocked
    return lock


def own(record: LockRecord, principal: Principal, lock_id: str, now: datetime) -> Lock:
    """The lease that runs, if it is this member's under this lock id.

    Raises:
        LockLost: it is not.
    """
    lock, standing = record.lock, record.live_lock(now)
    if lock is None or standing is None or (lock.lock_id, lock.user_id) != (lock_id, principal.user_id):
        raise LockLost(standing, principal.user_id)
    return lock
