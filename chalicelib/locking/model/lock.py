"""The nouns: a lease, the waiting line, and all that is known of an appointment's lock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal

# How long a free lock's item is kept before DynamoDB's TTL removes it; the appointment then keeps its version.
FREE_LOCK_TTL = timedelta(days=30)
# How long after its deadline a lock that nothing has freed is left to TTL, the last backstop.
EXPIRED_LOCK_TTL = timedelta(hours=1)
# How long a lock that has come free is kept for the first in line, before it is the next one's turn.
RESERVATION_TIMEOUT = timedelta(seconds=5)
MAX_WAITERS = 20

# What changed the lock last. Those that begin or end a hold, and `denied`, are the history's actions.
Cause = Literal[
    "acquired",
    "renewed",
    "released",
    "expired",
    "force_released",
    "taken_over",
    "granted",
    "moved",
    "denied",
    "requested",
    "withdrawn",
    "lapsed",
    "passed_over",
    "disconnected",
    "reconnected",
]
LockState = Literal["unlocked", "locked_by_user", "locked_by_other", "expired"]
# What becomes of a request that the holder does not answer.
TimeoutAction = Literal["lapse", "grant"]

Reason = Annotated[str, Length(1, 500)]
Message = Annotated[str, Length(0, 500)]


@dataclass(frozen=True, slots=True)
class Position(Schema):
    """A pointer's place, each 0 to 1 of the form's width and height."""

    x: Annotated[float, Range(0, 1)]
    y: Annotated[float, Range(0, 1)]


@dataclass(frozen=True, slots=True)
class UserInfo(Schema):
    """How a member is shown to others."""

    name: str
    email: str
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Actor(Schema):
    """Who made a change: an admin, a holder, or whoever else it was."""

    user_id: str
    user_info: UserInfo


@dataclass(frozen=True, slots=True)
class Tab:
    """A member in one browser tab: the only thing that can hold a lock."""

    principal: Principal
    tab_id: str

    @property
    def member_id(self) -> str:
        """The member."""
        return self.principal.member_id

    @property
    def user_info(self) -> UserInfo:
        """How the member is shown to others."""
        return UserInfo(self.principal.name, self.principal.email)


@dataclass(frozen=True, slots=True)
class ControlRequest(Schema):
    """The request that the holder is to answer until `expires_at`."""

    user_id: str
    user_info: UserInfo
    message: str
    expires_at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lock(Schema):
    """One lease. `version` is the fencing token; `lock_id` and `session_id` are shown only to their owner."""

    appointment_id: str
    version: int
    user_id: str
    user_info: UserInfo
    acquired_at: datetime
    renewed_at: datetime
    expires_at: datetime
    lock_id: str | None = None
    session_id: str | None = None
    control_request: ControlRequest | None = None

    @property
    def actor(self) -> Actor:
        """The holder as the author of a change."""
        return Actor(self.user_id, self.user_info)

    def is_live(self, now: datetime) -> bool:
        """Whether the lease still runs. The deadline itself still belongs to the holder."""
        return self.expires_at >= now

    def is_held_by(self, tab: Tab) -> bool:
        """Whether this member in this very tab holds it."""
        return (self.user_id, self.session_id) == (tab.member_id, tab.tab_id)

    def redacted_for(self, member_id: str, tab_id: str | None = None) -> "Lock":
        """The lock without what only its owner may know. Without a session, any tab of the holder is the owner.

        The words of a request are for the holder and for who asks.
        """
        asked = self.control_request
        if asked and (asked.user_id != member_id or tab_id not in (None, asked.session_id)):
            asked = replace(asked, session_id=None)
        if asked and member_id not in (asked.user_id, self.user_id):
            asked = replace(asked, message="")
        seen = self if asked is self.control_request else replace(self, control_request=asked)
        if self.user_id != member_id or tab_id not in (None, self.session_id):
            seen = replace(seen, lock_id=None, session_id=None)
        return seen


@dataclass(frozen=True, slots=True)
class Waiter:
    """A place in the waiting line. `gone_at` is when the tab's connection dropped, if it has not come back."""

    member_id: str
    user_info: UserInfo
    tab_id: str
    message: str
    asked_at: datetime
    is_admin: bool = False
    on_timeout: TimeoutAction = "lapse"
    disconnected_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """The waiting member as the subject of a change."""
        return Actor(self.member_id, self.user_info)

    def is_tab(self, tab: Tab) -> bool:
        """Whether this very tab asked."""
        return (self.member_id, self.tab_id) == (tab.member_id, tab.tab_id)


@dataclass(frozen=True, slots=True)
class LockRecord:
    """What is known of an appointment's lock: its version, and the lease if there is one.

    A lease that ran out stays here until somebody takes the lock or its end is announced.

    `line` holds those who asked for control, the first of whom is to be answered until `control_expires_at`; once
    the lock is free the first may take it before anybody else until `turn_ends_at`. `lease_until` is the deadline
    that a dropped connection gets back if it returns. `actor` and `reason` say who made the last change, where it
    was not the holder's own doing, and why.
    """

    appointment_id: str
    version: int
    lock: Lock | None
    cause: Cause
    changed_at: datetime
    waitlist: tuple[Waiter, ...] = ()
    control_expires_at: datetime | None = None
    reserved_until: datetime | None = None
    lease_until: datetime | None = None
    actor: Actor | None = None
    reason: str | None = None

    def state_for(self, member_id: str, now: datetime) -> LockState:
        """One of the four states of the contract, as this member sees it."""
        if self.lock is None:
            return "unlocked"
        if not self.lock.is_live(now):
            return "expired"
        return "locked_by_user" if self.lock.user_id == member_id else "locked_by_other"

    @property
    def lock_with_request(self) -> Lock | None:
        """The lease with the request that its holder is to answer."""
        if self.lock is None or not self.waitlist or self.control_expires_at is None:
            return self.lock
        first = self.waitlist[0]
        asked = ControlRequest(
            first.member_id, first.user_info, first.message, self.control_expires_at, first.tab_id
        )
        return replace(self.lock, control_request=asked)

    def live_lock(self, now: datetime) -> Lock | None:
        """The lease as it is shown, if it still runs."""
        return self.lock_with_request if self.lock and self.lock.is_live(now) else None

    def position_of(self, member_id: str) -> int | None:
        """A member's place in line, 1 for who is next; None if they are not in it."""
        places = (place for place, one in enumerate(self.waitlist, start=1) if one.member_id == member_id)
        return next(places, None)

    @property
    def due_at(self) -> datetime | None:
        """When the next thing falls due of itself: the lease's end, an answer, or a turn; None if nothing does."""
        if self.lock is None:
            return self.reserved_until
        return min(filter(None, (self.lock.expires_at, self.control_expires_at)))


@dataclass(frozen=True, slots=True)
class LockStatus(Schema):
    """The lock of one appointment, as the caller sees it at `server_time`."""

    appointment_id: str
    state: LockState
    lock: Lock | None
    version: int
    server_time: datetime


def never_locked(appointment_id: str, now: datetime, version: int = 0) -> LockRecord:
    """What is known of a lock that has no item: no more than its last version, 0 if it never had one."""
    return LockRecord(appointment_id, version, None, "released", now)
