"""The frames of the WebSocket, as they are on the wire: camelCase, times in RFC 3339 with `Z`.

The server describes the same at /api/asyncapi.json. The unions are discriminated by `type` (from the server) and
`action` (to it): a type checker knows the fields behind `if event["type"] == "snapshot":`.
"""

from typing import Any, Literal, NotRequired, TypedDict

# Any frame of the server, also of a newer one than this client knows.
Frame = dict[str, Any]

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


class Position(TypedDict):
    """A pointer's place, each 0 to 1 of the form's width and height."""

    x: float
    y: float


class UserInfo(TypedDict):
    """A member's name and address, as others see them."""

    name: str
    email: str
    position: NotRequired[Position | None]


class ControlRequest(TypedDict):
    """A control request; the holder can answer it until `expiresAt`."""

    userId: str
    userInfo: UserInfo
    message: str
    expiresAt: str
    sessionId: NotRequired[str | None]


class Lock(TypedDict):
    """The holder and the end of the lease. Only the holder's own tab sees `lockId` and `sessionId`."""

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
    """The member behind a change of a lock."""

    userId: str
    userInfo: UserInfo


class Editor(TypedDict):
    """The member behind a save."""

    userId: str
    name: str


class Present(TypedDict):
    """A member with the appointment open, and the state of their busiest tab."""

    userId: str
    userInfo: UserInfo
    state: Literal["viewing", "editing", "idle"]


class Snapshot(TypedDict):
    """The present state, in answer to each `subscribe`. Every later change is a frame."""

    type: Literal["snapshot"]
    at: str
    appointmentId: str
    lock: Lock | None
    version: int
    presence: list[Present]
    appointmentVersion: int
    serverTime: str


class LockChanged(TypedDict):
    """A change of a lock; `cause` names it."""

    type: Literal["lock-acquired", "lock-released", "lock-update"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    cause: Cause
    by: NotRequired[Actor | None]
    reason: NotRequired[str | None]


class AdminTakeover(TypedDict):
    """An admin has taken your lock. `draftKept`: the server has your unsaved text."""

    type: Literal["admin-takeover"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    adminInfo: Actor
    reason: str
    draftKept: bool


class ControlRequested(TypedDict):
    """A member asks the holder for control. Sent to both of them."""

    type: Literal["control-requested"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    controlRequest: ControlRequest


class ControlGranted(TypedDict):
    """The lock has passed to the member that asked for it."""

    type: Literal["control-granted"]
    at: str
    appointmentId: str
    version: int
    lock: Lock | None
    by: NotRequired[Actor | None]
    message: NotRequired[str | None]


class ControlDenied(TypedDict):
    """The holder denied the request of `userId`."""

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
    """A member joined, changed state or left. Drop it if one with a later `at` has arrived."""

    type: Literal["presence-update"]
    at: str
    appointmentId: str
    userId: str
    userInfo: UserInfo
    state: Literal["viewing", "editing", "idle", "left"]


class CursorUpdate(TypedDict):
    """The place of a member's pointer. Drop it after 10 seconds without another."""

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


class FieldError(TypedDict):
    """A field that does not fit, and what would."""

    field: str
    message: str


class Error(TypedDict):
    """The server could not serve a frame of this client. The connection stays open."""

    type: Literal["error"]
    at: str
    code: str
    detail: str
    action: NotRequired[str | None]
    errors: NotRequired[list[FieldError] | None]


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


class SetPresence(TypedDict):
    """Set your presence on an appointment that you follow."""

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


Command = FollowAppointment | FollowCalendar | SetPresence | CursorPosition | Ping
