"""What is told of those who look at the same appointment."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.core.http.schema import Schema
from chalicelib.locking.model import Position, UserInfo
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.model import PresenceState


@dataclass(frozen=True, slots=True)
class Presence(Schema):
    """A member who has the appointment open, and what they do with it in the busiest of their tabs."""

    user_id: str
    user_info: UserInfo
    state: PresenceState


@dataclass(frozen=True, slots=True)
class PresenceUpdate(Frame):
    """A member came, does something else now, or left. Drop it if a later one came already.

    It comes again and again while their client says that it is there.
    """

    appointment_id: str
    user_id: str
    user_info: UserInfo
    state: PresenceState | Literal["left"]
    type: Literal["presence-update"] = "presence-update"


@dataclass(frozen=True, slots=True)
class CursorUpdate(Frame):
    """Where a member's pointer is. Take it away after 10 seconds without another, or when they leave."""

    appointment_id: str
    user_id: str
    user_info: UserInfo
    position: Position
    color: str
    type: Literal["cursor-update"] = "cursor-update"
