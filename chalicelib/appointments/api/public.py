"""Booking by patients, who have no account: a hold, then an appointment."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from chalicelib.accounts.service import practice
from chalicelib.appointments.api.routes import routes
from chalicelib.appointments.model import Booked, BookingForm, Held, HoldExpired, HoldForm, Token
from chalicelib.appointments.service import bookings, holds
from chalicelib.core.errors import NotFound
from chalicelib.core.http import Call
from chalicelib.core.shape import Shape
from chalicelib.scheduling.model.cells import SlotTaken


@dataclass(frozen=True, slots=True)
class ReleaseHold(Shape):
    """Whose hold it is; `sendBeacon` can send it too."""

    hold_token: Token


@dataclass(frozen=True, slots=True)
class HoldReleased(Shape):
    """A hold that is not held any more."""

    hold_id: str


@routes.endpoint(
    "POST",
    "/public/{slug}/holds",
    body=HoldForm,
    answers=Held,
    status=HTTPStatus.CREATED,
    public=True,
    problems=(SlotTaken,),
)
def hold_slot(call: Call[HoldForm, None], slug: str) -> Held:
    """Keep a slot for `HOLD_SECONDS`, so that nobody else has it meanwhile."""
    return holds.hold(_tenant_id(slug), call.body)


@routes.endpoint(
    "DELETE",
    "/public/{slug}/holds/{hold_id}",
    body=ReleaseHold,
    answers=HoldReleased,
    public=True,
    problems=(HoldExpired,),
)
def release_hold(call: Call[ReleaseHold, None], slug: str, hold_id: str) -> HoldReleased:
    """Give a slot back; to do so again is no error."""
    return _released(call, slug, hold_id)


@routes.endpoint(
    "POST",
    "/public/{slug}/holds/{hold_id}/release",
    body=ReleaseHold,
    answers=HoldReleased,
    public=True,
    problems=(HoldExpired,),
)
def release_hold_by_beacon(call: Call[ReleaseHold, None], slug: str, hold_id: str) -> HoldReleased:
    """The same for `sendBeacon`, which can only post."""
    return _released(call, slug, hold_id)


@routes.endpoint(
    "POST",
    "/public/{slug}/bookings",
    body=BookingForm,
    answers=Booked,
    status=HTTPStatus.CREATED,
    public=True,
    problems=(HoldExpired,),
)
def book(call: Call[BookingForm, None], slug: str) -> dict[str, Any]:
    """Turn a hold into an appointment. With the header `Idempotency-Key` (1 to 255 visible ASCII characters) the
    same request gets the same answer for 24 hours; another request with that key is refused.
    """
    return bookings.book(_tenant_id(slug), call.body, call.idempotency_key)


def _released(call: Call[ReleaseHold, None], slug: str, hold_id: str) -> HoldReleased:
    holds.release(_tenant_id(slug), hold_id, call.body.hold_token)
    return HoldReleased(hold_id)


def _tenant_id(slug: str) -> str:
    tenant_id = practice.tenant_id_of_slug(slug)
    if tenant_id is None:
        raise NotFound("There is no practice at this address.")
    return tenant_id
