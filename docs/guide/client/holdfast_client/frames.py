"""The frames of the WebSocket, as they are on the wire: camelCase, times in RFC 3339 with `Z`.

The server describes the same at /api/asyncapi.json. Told apart by `type` (from the server) and `action` (to it):
a type checker knows the fields behind `if event["type"] == "snapshot":`.
"""

from typing import Any, Literal, NotRequired, TypedDict

# Any frame of the server, also of a newer one than this client knows.
Frame = dict[str, Any]


class Position(TypedDict):
    """A pointer's place, each 0 to 1 of the form's width and height."""

    x: float
    y: float


class UserInfo(TypedDict):
    """How a member is shown to others."""

    name: str
    email: str
    position: NotRequired[Position | None]


class ControlRequest(TypedDict):
    """The request that the holder is to answer until `expiresAt`."""

    userId: str
    userInfo: UserInfo
    message: str
    expiresAt: str
    sessionId: NotRequired[str | None]


class Lock(TypedDict):
    """Who may edit, until when. `lockId` and `sessionId` are shown to their owner's own tab only."""

    appointmentId: str
    version: int
    userId: str
    userInfo: UserInfo
    acquiredAt: str
    renewedAt: str
    expiresAt: str
    lockId: NotRequired[str]
    sessionId: NotRequired[str]
    controlRequest: NotRequired[ControlRequest | None]


class Actor(TypedDict):
    """A member who did something to another's lock."""

    userId: str
    name: str
    email: str


class Editor(TypedDict):
    """The member who saved."""

    userId: str
    name: str


class Present(TypedDict):
    """A member who has the appointment open, and what they do in the busiest of their tabs."""

    userId: str
    userInfo: UserInfo
    state: Literal["viewing", "editing", "idle"]


class Snapshot(TypedDict):
    """The answer to `subscribe`, after each reconnect too: how things are. Every change after it is a frame."""

    type: Literal["snapshot"]
    at: str
    appointmentId: str
    lock: Lock | None
    version: int
    presence: list[Present]
    appointmentVersion: int
    serverTime: str


class LockChanged(TypedDict):
    """A change of a lock; `cause` says which."""

    type: Literal["lock-acquired", "lock-released", "lock-update"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    cause: str
    by: NotRequired[Actor | None]
    reason: NotRequired[str | None]


class AdminTakeover(TypedDict):
    """An admin has taken your lock. `draftKept` says whether the server has your unsaved text."""

    type: Literal["admin-takeover"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    adminInfo: Actor
    reason: str
    draftKept: bool


class ControlRequested(TypedDict):
    """Somebody asks the holder for control: told to both of them."""

    type: Literal["control-requested"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    controlRequest: ControlRequest


class ControlGranted(TypedDict):
    """The lock has passed to the one who asked."""

    type: Literal["control-granted"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    by: NotRequired[Actor | None]
    message: NotRequired[str | None]


class ControlDenied(TypedDict):
    """The holder said no to `userId`."""

    type: Literal["control-denied"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    userId: str
    by: Actor
    message: NotRequired[str | None]


class ControlExpired(TypedDict):
    """The request of `userId` was not answered in time."""

    type: Literal["control-expired"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    userId: str


class LockFree(TypedDict):
    """It is your turn: until `expiresAt` nobody else can take the lock."""

    type: Literal["lock-free"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    expiresAt: str


class AppointmentUpdated(TypedDict):
    """An appointment was entered or saved; read it for its fields."""

    type: Literal["appointment-updated"]
    at: str
    appointmentId: str
    appointmentVersion: int
    updatedBy: Editor
    changed: list[str]


class SlotUpdated(TypedDict):
    """A time of a doctor was taken or became free."""

    type: Literal["slot-updated"]
    at: str
    doctorId: str
    start: str
    end: str
    state: Literal["free", "held", "booked"]


class CalendarSubscribed(TypedDict):
    """The answer to `subscribe-calendar`, after each reconnect too: read the calendar now, and miss nothing."""

    type: Literal["calendar-subscribed"]
    at: str
    doctorId: NotRequired[str | None]


class PresenceUpdate(TypedDict):
    """A member came, does something else now, or left. Drop it if a later one came already, by `at`."""

    type: Literal["presence-update"]
    at: str
    appointmentId: str
    userId: str
    userInfo: UserInfo
    state: Literal["viewing", "editing", "idle", "left"]


class CursorUpdate(TypedDict):
    """Where a member's pointer is. Forget it after 10 seconds without another."""

    type: Literal["cursor-update"]
    at: str
    appointmentId: str
    userId: str
    userInfo: UserInfo
    position: Position
    color: str


class Pong(TypedDict):
    """The answer to `ping`."""

    type: Literal["pong"]
    at: str


class Error(TypedDict):
    """A frame of ours that could not be served. The connection stays."""

    type: Literal["error"]
    at: str
    code: str
    detail: str
    action: NotRequired[str | None]
    errors: NotRequired[list[dict[str, str]] | None]


Event = (
    Snapshot
    | LockChanged
    | AdminTakeover
    | ControlRequested
    | ControlGranted
    | ControlDenied
    | ControlExpired
    | LockFree
    | AppointmentUpdated
    | SlotUpdated
    | CalendarSubscribed
    | PresenceUpdate
    | CursorUpdate
    | Pong
    | Error
)


class FollowAppointment(TypedDict):
    """Follow one appointment, or stop."""

    action: Literal["subscribe", "unsubscribe"]
    appointmentId: str


class FollowCalendar(TypedDict):
    """Follow the practice's calendar or one doctor's, or stop."""

    action: Literal["subscribe-calendar", "unsubscribe-calendar"]
    doctorId: NotRequired[str]


class TellPresence(TypedDict):
    """Say what you do with an appointment that you follow."""

    action: Literal["presence"]
    appointmentId: str
    state: Literal["viewing", "editing", "idle"]


class CursorPosition(TypedDict):
    """Show your pointer, at most ten times a second."""

    action: Literal["cursor-position"]
    appointmentId: str
    position: Position


class Ping(TypedDict):
    """Answered with a `pong`."""

    action: Literal["ping"]


Command = FollowAppointment | FollowCalendar | TellPresence | CursorPosition | Ping
