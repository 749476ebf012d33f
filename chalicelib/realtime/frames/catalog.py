"""Every frame that the server sends, for the protocol's description."""

from chalicelib.realtime.frames.base import ErrorFrame, Frame, Pong
from chalicelib.realtime.frames.calendar import AppointmentUpdated, CalendarSubscribed, SlotUpdated, Snapshot
from chalicelib.realtime.frames.locks import (
    AdminTakeover,
    ControlDenied,
    ControlExpired,
    ControlGranted,
    ControlRequested,
    LockFrame,
    LockFree,
)
from chalicelib.realtime.frames.presence import CursorUpdate, PresenceUpdate

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
