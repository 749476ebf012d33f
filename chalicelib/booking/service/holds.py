"""Keeping a slot for a patient while they type."""

from datetime import datetime, timedelta
from functools import partial

from chalicelib.appointments.model import Hold, HoldCreated, HoldExpired, HoldForm, HoldState
from chalicelib.appointments.service.allocation import (
    AppointmentAllocator,
    allocator_for,
    new_secret,
    require_bookable,
    require_fits_transaction,
)
from chalicelib.booking.store import holds
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.http.errors import FieldError, NotFound, Unavailable, ValidationFailed
from chalicelib.core.settings import settings
from chalicelib.scheduling.model.allocation import (
    Allocation,
    AllocationChange,
    AllocationRefused,
    CellKey,
    Reservation,
)
from chalicelib.scheduling.model.availability.slots import SlotQuery, is_offered
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import allocate_with_retry, choose_allocation

NOT_OFFERED = "is not a time that is offered; GET \u2026/availability lists those that are"
HOLD_NOT_FOUND = "There is no such hold."
_MAX_ATTEMPTS = 3


def create_hold(
    tenant_id: str,
    form: HoldForm,
    *,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
    secret: IdFactory = new_secret,
) -> HoldCreated:
    """Keep a slot, for nobody else to have for `HOLD_SECONDS`; two calls, more for a service that needs rooms.

    Raises:
        Invalid: no such doctor or service, or the start is not one that can be offered.
        SlotTaken: somebody else has this time.
    """
    now = clock()
    table = allocator_for(tenant_id, now)
    doctor, service = require_bookable(table.setup, form.doctor_id, form.service_id)
    require_offered(table, doctor, service, form.start)
    shown = Span(form.start, form.start + timedelta(minutes=service.duration_minutes))
    expires_at, token = now + timedelta(seconds=settings().hold_seconds), secret()
    make = partial(
        Hold, ids(), doctor.id, service.id, shown, expires_at=expires_at, token_digest=holds.digest(token)
    )
    wanted = make(occupation=Allocation(shown, ()))

    def choose() -> Allocation:
        return choose_allocation(tenant_id, table.setup, doctor.id, service, shown, now=now)

    def place(occupation: Allocation) -> None:
        claim = require_fits_transaction(AllocationChange(Reservation(wanted.id, shown, expires_at), occupation))
        holds.create(tenant_id, make(occupation=occupation), claim, now)

    try:
        allocate_with_retry(choose, place)
    except AllocationRefused as refusal:
        raise table.slot_taken(refusal, wanted, for_member=False) from None
    return HoldCreated(wanted.id, token, expires_at)


def require_offered(allocator: AppointmentAllocator, doctor: Doctor, service: Service, start: datetime) -> None:
    """See that a start is one that patients can choose, as far as nobody else has it.

    Raises:
        Invalid: it is not.
    """
    if not is_offered(SlotQuery(doctor, service, allocator.setup.rules), start, allocator.now):
        raise ValidationFailed([FieldError("start", NOT_OFFERED)])


def release_hold(tenant_id: str, hold_id: str, hold_token: str, *, clock: Clock = utc_now) -> None:
    """Give a slot back before the hold lapses; two calls. To do so again is no error.

    Raises:
        NotFound: there is no such hold, or it is not this token's.
        HoldExpired: it has become an appointment.
    """
    found = require_hold(tenant_id, hold_id, hold_token)
    state = end_hold(tenant_id, found, "released", clock()) if found.state == "held" else found.state
    if state == "booked":
        raise HoldExpired("It has become an appointment, which its own page can cancel.")


def require_hold(tenant_id: str, hold_id: str, hold_token: str) -> Hold:
    """The hold that a token is for.

    Raises:
        NotFound: there is none.
    """
    found = holds.find(tenant_id, hold_id)
    if found is None or found.token_digest != holds.digest(hold_token):
        raise NotFound(HOLD_NOT_FOUND)
    return found


def end_hold(tenant_id: str, hold: Hold, state: HoldState, now: datetime) -> HoldState:
    """Give a hold's time back, unless it has ended already; of one that lapsed, what nobody else has by now.

    It returns how the hold ended, which may have been otherwise.
    """
    lost: frozenset[CellKey] = frozenset()
    for _ in range(_MAX_ATTEMPTS):
        claim = AllocationChange(
            Reservation(hold.id, hold.span, hold.expires_at), None, hold.occupation, released_elsewhere=lost
        )
        try:
            holds.end(tenant_id, hold, state, claim, now)
        except holds.HoldEnded as ended:
            return ended.hold.state if ended.hold else "lapsed"
        except AllocationRefused as refusal:
            lost |= {cell for taken in refusal.conflicts for cell in taken.cells()}
        else:
            return state
    raise Unavailable("This time is in great demand at the moment; please try again.")
