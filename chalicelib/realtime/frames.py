"""The frames that cross a WebSocket, in both directions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from chalicelib.appointments.model import Editor
from chalicelib.core.constraints import Length
from chalicelib.core.errors import Fault
from chalicelib.core.shape import Shape
from chalicelib.locking.model import Cause, Lock, Tab, UserInfo

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
class LockFrame(Frame):
    """A change of a lock. Drop it if `version` is not above the last one seen."""

    type: Literal["lock-acquired", "lock-released", "lock-update"]
    appointment_id: str
    version: int
    cause: Cause
    lock: Lock | None

    def as_seen_by(self, tab: Tab) -> "LockFrame":
        """Only the holder's own tab is told the lock's id."""
        seen = self.lock.as_seen_by(tab.principal.user_id, tab.session_id) if self.lock else None
        return LockFrame(self.at, self.type, self.appointment_id, self.version, self.cause, seen)


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
