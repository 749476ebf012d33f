"""The frames that cross a WebSocket, in both directions."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal, cast

from chalicelib.appointments.model import Editor
from chalicelib.core.constraints import Length
from chalicelib.core.errors import Fault
from chalicelib.core.shape import Shape
from chalicelib.locking.model import Actor, Cause, ControlRequest, Lock, Tab, UserInfo

LockFrameType = Literal["lock-acquired", "lock-released", "lock-update"]
MOST_FRAME_BYTES = 8 * 1024

Id = Annotated[str, Length(1, 64)]


@dataclass(frozen=True, slots=True)
class Subscribe(Shape):
    """Follow one appointment; answered with a `snapshot`."""

    action: Literal["subscribe"]
    appointment_id: Id


@dataclass(frozen=True, slots=True)
class Unsubscribe(Shape):
    """Stop following it."""

    action: Literal["unsubscribe"]
    appointment_id: Id


@dataclass(frozen=True, slots=True)
class Ping(Shape):
    """Answered with a `pong`."""

    action: Literal["ping"]


@dataclass(frozen=True, slots=True)
class Presence(Shape):
    """A member who has the appointment open."""

    user_id: str
    user_info: UserInfo
    state: Literal["viewing"] = "viewing"


@dataclass(frozen=True, slots=True)
class Frame(Shape):
    """A message to a client; `at` is when what it tells happened."""

    at: datetime

    def as_seen_by(self, tab: Tab) -> "Frame":
        """The frame without what only others may know."""
        del tab
        return self


@dataclass(frozen=True, slots=True)
class AboutLock(Frame):
    """Anything that is told of a lock. `version` is the lock's after the change.

    One change may bring a tab several frames of one version: only `lock-…` frames are dropped by it.
    """

    appointment_id: str
    version: int
    lock: Lock | None

    def as_seen_by(self, tab: Tab) -> "AboutLock":
        """Only the holder's own tab is told the lock's id."""
        return replace(self, lock=self.lock.as_seen_by(tab.user_id, tab.session_id) if self.lock else None)


@dataclass(frozen=True, slots=True)
class LockFrame(AboutLock):
    """A change of a lock. Drop it if `version` is not above the last one seen.

    `by` and `reason` say which admin did it and why.
    """

    type: LockFrameType
    cause: Cause
    by: Actor | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AdminTakeover(AboutLock):
    """An admin has taken your lock. `draft_kept` says whether the server has your unsaved text."""

    admin_info: Actor
    reason: str
    draft_kept: bool
    type: Literal["admin-takeover"] = "admin-takeover"


@dataclass(frozen=True, slots=True)
class ControlRequested(AboutLock):
    """Somebody asks the holder for control: told to both of them."""

    control_request: ControlRequest
    type: Literal["control-requested"] = "control-requested"

    def as_seen_by(self, tab: Tab) -> "ControlRequested":
        """Only the asker's own tab is told its session."""
        seen = cast("ControlRequested", AboutLock.as_seen_by(self, tab))
        asked = self.control_request
        is_own = (asked.user_id, asked.session_id) == (tab.user_id, tab.session_id)
        return seen if is_own else replace(seen, control_request=replace(asked, session_id=None))


@dataclass(frozen=True, slots=True)
class ControlGranted(AboutLock):
    """The lock has passed to the one who asked: told to both of them. `by` is None if nobody answered in time."""

    by: Actor | None = None
    message: str | None = None
    type: Literal["control-granted"] = "control-granted"


@dataclass(frozen=True, slots=True)
class ControlDenied(AboutLock):
    """The holder said no to `user_id`, perhaps with a word: told to both of them."""

    user_id: str
    by: Actor
    message: str | None = None
    type: Literal["control-denied"] = "control-denied"


@dataclass(frozen=True, slots=True)
class ControlExpired(AboutLock):
    """The request of `user_id` was not answered in time: told to both of them."""

    user_id: str
    type: Literal["control-expired"] = "control-expired"


@dataclass(frozen=True, slots=True)
class LockFree(AboutLock):
    """It is your turn: until `expires_at` nobody else can take the lock."""

    expires_at: datetime
    type: Literal["lock-free"] = "lock-free"


@dataclass(frozen=True, slots=True)
class AppointmentUpdated(Frame):
    """An appointment was saved; read it again for its fields."""

    appointment_id: str
    appointment_version: int
    updated_by: Editor
    changed: list[str]
    type: Literal["appointment-updated"] = "appointment-updated"


@dataclass(frozen=True, slots=True)
class Snapshot(Frame):
    """Everything that a late-comer needs; every change after it arrives as a frame of its own."""

    appointment_id: str
    lock: Lock | None
    version: int
    presence: list[Presence]
    appointment_version: int
    server_time: datetime
    type: Literal["snapshot"] = "snapshot"


@dataclass(frozen=True, slots=True)
class Pong(Frame):
    """The answer to a `ping`."""

    type: Literal["pong"] = "pong"


@dataclass(frozen=True, slots=True)
class ErrorFrame(Frame):
    """A frame that could not be served, and why. The socket stays open."""

    code: str
    detail: str
    action: str | None = None
    errors: list[Fault] | None = None
    type: Literal["error"] = "error"


Command = Subscribe | Unsubscribe | Ping
COMMANDS: dict[str, type[Command]] = {"subscribe": Subscribe, "unsubscribe": Unsubscribe, "ping": Ping}
FRAMES: tuple[type[Frame], ...] = (
    LockFrame,
    AdminTakeover,
    ControlRequested,
    ControlGranted,
    ControlDenied,
    ControlExpired,
    LockFree,
    AppointmentUpdated,
    Snapshot,
    Pong,
    ErrorFrame,
)
