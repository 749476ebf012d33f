"""What a client may send: one union, told apart by `action`."""

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
    """Stop following it."""

    action: Literal["unsubscribe"]
    appointment_id: Id


@dataclass(frozen=True, slots=True)
class SubscribeCalendar(Schema):
    """Follow the practice's calendar, or one doctor's; answered with `calendar-subscribed`.

    A visitor hears of slots alone, and has one subscription: with a doctor it is narrowed to that one.
    """

    action: Literal["subscribe-calendar"]
    doctor_id: Id | None = None


@dataclass(frozen=True, slots=True)
class UnsubscribeCalendar(Schema):
    """Stop following the practice's calendar, or that of one doctor."""

    action: Literal["unsubscribe-calendar"]
    doctor_id: Id | None = None


@dataclass(frozen=True, slots=True)
class CursorPosition(Schema):
    """Where your pointer is; what comes more often than ten times a second is dropped."""

    action: Literal["cursor-position"]
    appointment_id: Id
    position: Position


@dataclass(frozen=True, slots=True)
class SetPresence(Schema):
    """What you do with an appointment that you follow.

    Who repeats it, at least every 20 seconds, is taken for gone when the repeats stop.
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
