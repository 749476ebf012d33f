"""The types of a lock: the lease, the waitlist, and the record of both."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from chalicelib.core.http.constraints import Length, Range
from chalicelib.core.http.schema import Schema
from chalicelib.core.security.tokens import Principal

# DynamoDB's TTL removes the item of a free lock after this time. The appointment then keeps its version.
FREE_LOCK_TTL = timedelta(days=30)
# TTL removes an expired lock this long after its deadline, if nothing else has ended the lease.
EXPIRED_LOCK_TTL = timedelta(hours=1)
# A free lock is reserved for the first waiter for this time, then for the next.
RESERVATION_TIMEOUT = timedelta(seconds=5)
MAX_WAITERS = 20

# The last change of a lock. The causes that start or end a lease, and `denied`, are actions of the history.
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
# The end of a control request without a response.
TimeoutAction = Literal["lapse", "grant"]

Reason = Annotated[str, Length(1, 500)]
Message = Annotated[str, Length(0, 500)]


@dataclass(frozen=True, slots=True)
class Position(Schema):
    """The position of a pointer, each from 0 to 1 of the form's width and height."""

    x: Annotated[float, Range(0, 1)]
    y: Annotated[float, Range(0, 1)]


@dataclass(frozen=True, slots=True)
class UserInfo(Schema):
    """A member as other members see them."""

    name: str
    email: str
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Actor(Schema):
    """The author of a change."""

    user_id: str
    user_info: UserInfo


@dataclass(frozen=True, slots=True)
class Tab:
    """A member in one browser tab, which is the holder of a lock."""

    principal: Principal
    tab_id: str

    @property
    def member_id(self) -> str:
        """The member."""
        return self.principal.member_id

    @property
    def user_info(self) -> UserInfo:
        """The member as other members see them."""
        return UserInfo(self.principal.name, self.principal.email)


@dataclass(frozen=True, slots=True)
class ControlRequest(Schema):
    """The request that the holder can respond to until `expiresAt`.

    Only the holder and the requester see `message`; only the requesting tab sees its `sessionId`.
    """

    user_id: str
    user_info: UserInfo
    message: str
    expires_at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lock(Schema):
    """A lease.

    `version` is the fencing token. Only the owner sees `lockId` and `sessionId`.
    """

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
        """Return whether the lease has not expired.

        The deadline itself belongs to the holder.
        """
        return self.expires_at >= now

    def is_held_by(self, tab: Tab) -> bool:
        """Return whether this tab holds the lock."""
        return (self.user_id, self.session_id) == (tab.member_id, tab.tab_id)

    def redacted_for(self, member_id: str, tab_id: str | None = None) -> "Lock":
        """Return the lock without fields that only its owner, or the requester, may see.

        Without a tab, every tab of the holder is the owner.
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
    """An entry of the waitlist.

    `disconnected_at` is set while the tab has no connection.
    """

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
        """Return whether this tab made the request."""
        return (self.member_id, self.tab_id) == (tab.member_id, tab.tab_id)


@dataclass(frozen=True, slots=True)
class LockRecord:
    """An appointment's lock: its version, the lease if there is one, and the waitlist.

    An expired lease stays in the record until another tab acquires the lock or its expiry is written.

    The holder can respond to the first request of `waitlist` until `control_expires_at`. A free lock is reserved
    for the first waiter until `reserved_until`. `lease_until` is the deadline that a disconnected tab gets back on
    reconnect. `actor` and `reason` belong to the last change, where it was not the holder's own.
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
        """Return the state of the lock as this member sees it."""
        if self.lock is None:
            return "unlocked"
        if not self.lock.is_live(now):
            return "expired"
        return "locked_by_user" if self.lock.user_id == member_id else "locked_by_other"

    @property
    def lock_with_request(self) -> Lock | None:
        """The lease with the request that its holder can respond to."""
        if self.lock is None or not self.waitlist or self.control_expires_at is None:
            return self.lock
        first = self.waitlist[0]
        request = ControlRequest(
            first.member_id, first.user_info, first.message, self.control_expires_at, first.tab_id
        )
        return replace(self.lock, control_request=request)

    def live_lock(self, now: datetime) -> Lock | None:
        """Return the lease with its request, if it has not expired."""
        return self.lock_with_request if self.lock and self.lock.is_live(now) else None

    def position_of(self, member_id: str) -> int | None:
        """Return a member's position in the waitlist, from 1; None if not in it."""
        positions = (
            position for position, waiter in enumerate(self.waitlist, start=1) if waiter.member_id == member_id
        )
        return next(positions, None)

    @property
    def due_at(self) -> datetime | None:
        """The next deadline: of the lease, a request or a reservation; None without one."""
        if self.lock is None:
            return self.reserved_until
        return min(filter(None, (self.lock.expires_at, self.control_expires_at)))


@dataclass(frozen=True, slots=True)
class LockStatus(Schema):
    """The lock of an appointment, as the caller sees it at `serverTime`."""

    appointment_id: str
    state: LockState
    lock: Lock | None
    version: int
    server_time: datetime


def never_locked(appointment_id: str, now: datetime, version: int = 0) -> LockRecord:
    """Return the record of a lock without an item: free, at its last version."""
    return LockRecord(appointment_id, version, None, "released", now)
