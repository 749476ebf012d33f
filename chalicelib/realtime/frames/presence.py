"""Frames about the viewers of an appointment."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.core.http.schema import Schema
from chalicelib.locking.model import Position, UserInfo
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.model import PresenceState


@dataclass(frozen=True, slots=True)
class Presence(Schema):
    """A member with the appointment open, and the state of their busiest tab."""

    user_id: str
    user_info: UserInfo
    state: PresenceState


@dataclass(frozen=True, slots=True)
class PresenceUpdate(Frame):
    """A member joined, changed state or left.

    Drop it if one with a later `at` has arrived. Repeated while the member's client repeats its presence.
    """

    appointment_id: str
    user_id: str
    user_info: UserInfo
    state: PresenceState | Literal["left"]
    type: Literal["presence-update"] = "presence-update"


@dataclass(frozen=True, slots=True)
class CursorUpdate(Frame):
    """The place of a member's pointer.

    Remove it after 10 seconds without another, or when the member leaves.
    """

    appointment_id: str
    user_id: str
    user_info: UserInfo
    position: Position
    color: str
    type: Literal["cursor-update"] = "cursor-update"
