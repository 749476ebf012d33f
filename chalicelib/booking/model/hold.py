"""Holds: a patient's reservation of a slot while they type."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from chalicelib.appointments.model.appointment import Reference
from chalicelib.core.http.constraints import Length
from chalicelib.core.http.errors import Conflict
from chalicelib.core.http.schema import Instant, Schema
from chalicelib.scheduling.model.allocation import Allocation
from chalicelib.scheduling.model.span import Span

HoldToken = Annotated[str, Length(1, 256)]
HoldState = Literal["held", "booked", "released", "lapsed"]


@dataclass(frozen=True, slots=True)
class HoldForm(Schema):
    """The slot to reserve.

    `start` is one of the starts that the availability search returned.
    """

    service_id: Reference
    doctor_id: Reference
    start: Instant


@dataclass(frozen=True, slots=True)
class HoldCreated(Schema):
    """A reserved slot. The token books or releases it until `expiresAt`."""

    hold_id: str
    hold_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A stored reservation of a slot, exclusive until `expires_at`.

    `span` is the appointment's time; `allocation` includes buffers, rooms and devices.
    """

    id: str
    doctor_id: str
    service_id: str
    span: Span
    allocation: Allocation
    expires_at: datetime
    token_digest: str
    state: HoldState = "held"


class HoldExpired(Conflict):
    """The hold has expired or was released."""

    code, title = "HOLD_EXPIRED", "This time is not reserved for you any more"
