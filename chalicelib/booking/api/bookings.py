"""Public endpoints for patients: hold a slot, release it, book it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from chalicelib.accounts.model import TENANT_NOT_FOUND
from chalicelib.accounts.service.tenants import find_tenant_id_by_slug
from chalicelib.booking.model.booking import BookingCreated, BookingForm
from chalicelib.booking.model.hold import HoldCreated, HoldExpired, HoldForm, HoldToken
from chalicelib.booking.service import bookings, holds
from chalicelib.core.http.errors import NotFound
from chalicelib.core.http.requests import PublicRequest
from chalicelib.core.http.router import endpoint
from chalicelib.core.http.schema import Schema
from chalicelib.scheduling.model.allocation import SlotTaken


@dataclass(frozen=True, slots=True)
class ReleaseHoldForm(Schema):
    """The hold's token."""

    hold_token: HoldToken


@dataclass(frozen=True, slots=True)
class HoldReleased(Schema):
    """The hold has ended."""

    hold_id: str


@endpoint(
    body=HoldForm,
    response=HoldCreated,
    status=HTTPStatus.CREATED,
    public=True,
    errors=(SlotTaken,),
)
def hold_slot(request: PublicRequest[HoldForm, None], slug: str) -> HoldCreated:
    """Reserve a slot until `expiresAt`, while the patient fills in the form."""
    return holds.create_hold(_tenant_id(slug), request.body)


@endpoint(
    body=ReleaseHoldForm,
    response=HoldReleased,
    public=True,
    errors=(HoldExpired,),
)
def release_hold(request: PublicRequest[ReleaseHoldForm, None], slug: str, hold_id: str) -> HoldReleased:
    """Release a reserved slot. Repeats are harmless."""
    return _released(request, slug, hold_id)


@endpoint(
    body=ReleaseHoldForm,
    response=HoldReleased,
    public=True,
    errors=(HoldExpired,),
)
def release_hold_by_beacon(request: PublicRequest[ReleaseHoldForm, None], slug: str, hold_id: str) -> HoldReleased:
    """Release a reserved slot by `navigator.sendBeacon`, which can only send `POST`."""
    return _released(request, slug, hold_id)


@endpoint(
    body=BookingForm,
    response=BookingCreated,
    status=HTTPStatus.CREATED,
    public=True,
    errors=(HoldExpired,),
)
def book(request: PublicRequest[BookingForm, None], slug: str) -> dict[str, Any]:
    """Turn a hold into an appointment.

    With the header `Idempotency-Key` (1 to 255 visible ASCII characters) a repeat of the request gets the same
    response for 24 hours. Another request with that key is refused.
    """
    return bookings.book(_tenant_id(slug), request.body, request.idempotency_key)


def _released(request: PublicRequest[ReleaseHoldForm, None], slug: str, hold_id: str) -> HoldReleased:
    holds.release_hold(_tenant_id(slug), hold_id, request.body.hold_token)
    return HoldReleased(hold_id)


def _tenant_id(slug: str) -> str:
    tenant_id = find_tenant_id_by_slug(slug)
    if tenant_id is None:
        raise NotFound(TENANT_NOT_FOUND)
    return tenant_id
