"""What is told of appointments and of the time that they take."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.appointments.model import Editor
from chalicelib.locking.model import Lock
from chalicelib.realtime.frames.base import Frame
from chalicelib.realtime.frames.presence import Presence

SlotState = Literal["free", "held", "booked"]


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
class AppointmentUpdated(Frame):
    """An appointment was saved; read it again for its fields."""

    appointment_id: str
    appointment_version: int
    updated_by: Editor
    changed: list[str]
    type: Literal["appointment-updated"] = "appointment-updated"


@dataclass(frozen=True, slots=True)
class SlotUpdated(Frame):
    """A time of a doctor was taken or became free. No patient's data is in it."""

    doctor_id: str
    start: datetime
    end: datetime
    state: SlotState
    type: Literal["slot-updated"] = "slot-updated"


@dataclass(frozen=True, slots=True)
class CalendarSubscribed(Frame):
    """From here on no change of the calendar is missed: read it now."""

    doctor_id: str | None = None
    type: Literal["calendar-subscribed"] = "calendar-subscribed"
