"""A client of Holdfast for programs: what happens to appointments, as it happens. See README.md beside it."""

from holdfast_client.api import Api, Refused, SignInRefused, Unreachable
from holdfast_client.frames import Command, Event, Frame
from holdfast_client.live import Dial, Live, Topic, appointment, calendar, dial
from holdfast_client.rules import Timing, Versions, backoff_seconds

__all__ = [
    "Api",
    "Command",
    "Dial",
    "Event",
    "Frame",
    "Live",
    "Refused",
    "SignInRefused",
    "Timing",
    "Topic",
    "Unreachable",
    "Versions",
    "appointment",
    "backoff_seconds",
    "calendar",
    "dial",
]
