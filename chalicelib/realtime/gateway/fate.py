"""What the way to connections promises, and what may become of a frame on it."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Protocol

# The time that a frame's delivery may take, in seconds.
PATIENCE = 10.0


class Fate(Enum):
    """Why a connection did not get its frame."""

    GONE = "gone"  # it is closed: forget that very connection
    DEAF = "deaf"  # it is open, but took nothing however often it was tried
    CUT_OFF = "cut off"  # it could not be reached before the time ran out: try again later


class Gateway(Protocol):
    """Sends frames to connections, and closes them."""

    def send(self, texts: Mapping[str, bytes], seconds: float = PATIENCE) -> dict[str, Fate]:
        """Deliver one frame (UTF-8) to each connection id, all side by side; returns those that did not get it.

        Throttling is waited out until `seconds` are over. A frame may come twice where an answer was lost.
        """

    def close(self, connection_ids: Iterable[str]) -> set[str]:
        """Close connections, all side by side; returns those that could not be. One that is closed is no error."""
