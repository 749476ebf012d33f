"""The base of every frame to a client, and the answers to any command."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.core.http.errors import FieldError
from chalicelib.core.http.schema import Schema
from chalicelib.locking.model import Tab


@dataclass(frozen=True, slots=True)
class Frame(Schema):
    """A message to a client; `at` is the time of the event."""

    at: datetime

    @property
    def privileged_member_ids(self) -> frozenset[str]:
        """Ids of the members that see more of the frame than all others."""
        return frozenset()

    def redacted_for(self, tab: Tab | None) -> "Frame":
        """Return the frame as a tab may see it; None for a tab without privileges."""
        del tab
        return self


@dataclass(frozen=True, slots=True)
class Pong(Frame):
    """The answer to a `ping`."""

    type: Literal["pong"] = "pong"


@dataclass(frozen=True, slots=True)
class ErrorFrame(Frame):
    """The server could not serve a frame; `code` and `detail` give the reason.

    The socket stays open.
    """

    code: str
    detail: str
    action: str | None = None
    errors: list[FieldError] | None = None
    type: Literal["error"] = "error"
