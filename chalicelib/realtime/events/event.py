"""An event for the clients that follow a change."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.locking.model import Tab
from chalicelib.realtime.frames.base import Frame

# Whether a member has an unsaved draft, by tenant, appointment and member id.
HasDraft = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """A frame and its recipients.

    They are one tab, or every subscriber of any of these topics, once each.
    """

    recipients: tuple[str, ...] | Tab
    frame: Frame
