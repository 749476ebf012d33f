"""Frames in both directions of a WebSocket."""

from chalicelib.realtime.frames.base import ErrorFrame, Frame, Pong
from chalicelib.realtime.frames.calendar import (
    AppointmentUpdated,
    CalendarSubscribed,
    SlotState,
    SlotUpdated,
    Snapshot,
)
from chalicelib.realtime.frames.commands import (
    COMMANDS,
    MAX_FRAME_BYTES,
    Command,
    CursorPosition,
    Ping,
    SetPresence,
    Subscribe,
    SubscribeCalendar,
    Unsubscribe,
    UnsubscribeCalendar,
)
from chalicelib.realtime.frames.locks import (
    AdminTakeover,
    ControlDenied,
    ControlExpired,
    ControlGranted,
    ControlRequested,
    LockFrame,
    LockFrameType,
    LockFree,
)
from chalicelib.realtime.frames.presence import CursorUpdate, Presence, PresenceUpdate

FRAMES: tuple[type[Frame], ...] = (
    LockFrame,
    AdminTakeover,
    ControlRequested,
    ControlGranted,
    ControlDenied,
    ControlExpired,
    LockFree,
    AppointmentUpdated,
    SlotUpdated,
    PresenceUpdate,
    CursorUpdate,
    Snapshot,
    CalendarSubscribed,
    Pong,
    ErrorFrame,
)

__all__ = [
    "COMMANDS",
    "FRAMES",
    "MAX_FRAME_BYTES",
    "AdminTakeover",
    "AppointmentUpdated",
    "CalendarSubscribed",
    "Command",
    "ControlDenied",
    "ControlExpired",
    "ControlGranted",
    "ControlRequested",
    "CursorPosition",
    "CursorUpdate",
    "ErrorFrame",
    "Frame",
    "LockFrame",
    "LockFrameType",
    "LockFree",
    "Ping",
    "Pong",
    "Presence",
    "PresenceUpdate",
    "SetPresence",
    "SlotState",
    "SlotUpdated",
    "Snapshot",
    "Subscribe",
    "SubscribeCalendar",
    "Unsubscribe",
    "UnsubscribeCalendar",
]
