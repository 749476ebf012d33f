"""Services: how long they take, and the rooms and devices that they need."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from chalicelib.core.http.constraints import Length, Predicate, Range
from chalicelib.core.http.schema import Name, Schema
from chalicelib.scheduling.model.span import Span

_COLOR_PATTERN = "^#[0-9a-f]{6}$"


def _is_color(text: str) -> bool:
    return bool(re.fullmatch(_COLOR_PATTERN, text))


Minutes = Annotated[int, Range(0, 24 * 60)]
Duration = Annotated[int, Range(5, 24 * 60)]
Price = Annotated[str, Length(0, 32)]
Color = Annotated[str, Predicate(_is_color, "must be a colour, for example #4f46e5", pattern=_COLOR_PATTERN)]


@dataclass(frozen=True, slots=True)
class Need(Schema):
    """A room or device that a service needs: any one of these ids."""

    any_of: Annotated[list[str], Length(1, 20)]


Needs = Annotated[list[Need], Length(0, 3)]


@dataclass(frozen=True, slots=True)
class ServiceForm(Schema):
    """A new service."""

    name: Name
    duration_minutes: Duration
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 0
    price: Price | None = None
    color: Color = "#4f46e5"
    needs: Needs = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Service(Schema):
    """A service for patients: its duration, and the rooms and devices that it needs.

    The buffers keep the time before and after free. The doctor, the rooms and the devices are reserved for the
    buffers too. An archived service is no longer offered and is kept for the appointments of the past.
    """

    id: str
    name: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price: str | None
    color: str
    needs: list[Need] = field(default_factory=list)
    archived: bool = False

    def occupied_span(self, start: datetime, end: datetime | None = None) -> Span:
        """Return the span of an appointment with its buffers.

        `end` defaults to the service's duration.
        """
        last = end or start + timedelta(minutes=self.duration_minutes)
        before, after = (
            timedelta(minutes=minutes) for minutes in (self.buffer_before_minutes, self.buffer_after_minutes)
        )
        return Span(start - before, last + after)
