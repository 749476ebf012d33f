"""What every frame to a client has in common, and the two that answer any command."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.core.http.errors import FieldError
from chalicelib.core.http.schema import Schema
from chalicelib.locking.model import Tab


@dataclass(frozen=True, slots=True)
class Frame(Schema):
    """A message to a client; `at` is when what it tells happened."""

    at: datetime

    @property
    def privileged_member_ids(self) -> frozenset[str]:
        """The members that see more of it than all others do, by their ids."""
        return frozenset()

    def redacted_for(self, tab: Tab | None) -> "Frame":
        """The frame without what only others may know; None sees what everybody may."""
        del tab
        return self


@dataclass(frozen=True, slots=True)
class Pong(Frame):
    """The answer to a `ping`."""

    type: Literal["pong"] = "pong"


@dataclass(frozen=True, slots=True)
class ErrorFrame(Frame):
    """A frame that could not be served, and why. The socket stays open."""

    code: str
    detail: str
    action: str | None = None
    errors: list[FieldError] | None = None
    type: Literal["error"] = "error"
