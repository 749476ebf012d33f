"""Frames about appointments and their time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.appointments.model.appointment import Editor
from chalicelib.locking.model import Lock
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.frames.presence import Presence

SlotState = Literal["free", "held", "booked"]


@dataclass(frozen=True, slots=True)
class Snapshot(Frame):
    """The present state of an appointment, in answer to `subscribe`.

    Every later change is a frame of its own.
    """

    appointment_id: str
    lock: Lock | None
    version: int
    presence: list[Presence]
    appointment_version: int
    server_time: datetime
    type: Literal["snapshot"] = "snapshot"


@dataclass(frozen=True, slots=True)
class AppointmentUpdated(Frame):
    """An appointment was created or saved. Read it again for its fields."""

    appointment_id: str
    appointment_version: int
    updated_by: Editor
    changed: list[str]
    type: Literal["appointment-updated"] = "appointment-updated"


@dataclass(frozen=True, slots=True)
class SlotUpdated(Frame):
    """A time of a doctor was allocated or became free. Contains no patient data."""

    doctor_id: str
    start: datetime
    end: datetime
    state: SlotState
    type: Literal["slot-updated"] = "slot-updated"


@dataclass(frozen=True, slots=True)
class CalendarSubscribed(Frame):
    """The answer to `subscribe-calendar`. Read the calendar now.

    Every later change is a frame.
    """

    doctor_id: str | None = None
    type: Literal["calendar-subscribed"] = "calendar-subscribed"
