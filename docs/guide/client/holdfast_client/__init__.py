"""A client of Holdfast for programs: live events and requests. See README.md beside it."""

from holdfast_client.api import Api, Refused, SignInRefused, Unreachable
from holdfast_client.frames import Command, Event, Frame
from holdfast_client.live import Connect, Live, Topic, appointment, calendar, open_socket
from holdfast_client.rules import Timing, Versions, backoff_seconds

__all__ = [
    "Api",
    "Command",
    "Connect",
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
    "open_socket",
]
