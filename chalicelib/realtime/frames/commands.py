"""Commands of a client: one union, discriminated by `action`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from chalicelib.core.http.constraints import Length
from chalicelib.core.http.schema import Schema
from chalicelib.locking.model import Position
from chalicelib.realtime.model import PresenceState

MAX_FRAME_BYTES = 8 * 1024

Id = Annotated[str, Length(1, 64)]


@dataclass(frozen=True, slots=True)
class Subscribe(Schema):
    """Follow one appointment; answered with a `snapshot`."""

    action: Literal["subscribe"]
    appointment_id: Id


@dataclass(frozen=True, slots=True)
class Unsubscribe(Schema):
    """Stop following an appointment."""

    action: Literal["unsubscribe"]
    appointment_id: Id


@dataclass(frozen=True, slots=True)
class SubscribeCalendar(Schema):
    """Follow the practice's calendar, or one doctor's.

    Answered with `calendar-subscribed`. A visitor gets slots only and has one subscription; a doctor narrows it.
    """

    action: Literal["subscribe-calendar"]
    doctor_id: Id | None = None


@dataclass(frozen=True, slots=True)
class UnsubscribeCalendar(Schema):
    """Stop following the practice's calendar, or one doctor's."""

    action: Literal["unsubscribe-calendar"]
    doctor_id: Id | None = None


@dataclass(frozen=True, slots=True)
class CursorPosition(Schema):
    """Show your pointer. Positions above ten a second are dropped."""

    action: Literal["cursor-position"]
    appointment_id: Id
    position: Position


@dataclass(frozen=True, slots=True)
class SetPresence(Schema):
    """Set your presence on an appointment that you follow.

    A client that repeats it, at least every 20 seconds, counts as gone when the repeats stop.
    """

    action: Literal["presence"]
    appointment_id: Id
    state: PresenceState


@dataclass(frozen=True, slots=True)
class Ping(Schema):
    """Answered with a `pong`."""

    action: Literal["ping"]


Command = Subscribe | Unsubscribe | SubscribeCalendar | UnsubscribeCalendar | CursorPosition | SetPresence | Ping
COMMANDS: dict[str, type[Command]] = {
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "subscribe-calendar": SubscribeCalendar,
    "unsubscribe-calendar": UnsubscribeCalendar,
    "cursor-position": CursorPosition,
    "presence": SetPresence,
    "ping": Ping,
}
