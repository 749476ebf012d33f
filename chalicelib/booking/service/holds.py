"""Reserve a slot for a patient while they type."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.appointments.service.allocation import (
    AppointmentAllocator,
    allocator_for,
    require_bookable,
    require_fits_transaction,
)
from chalicelib.booking.model.hold import Hold, HoldCreated, HoldExpired, HoldForm
from chalicelib.booking.service.hold_expiry import end_hold
from chalicelib.booking.store import holds as store
from chalicelib.core.clock import Clock, IdFactory, new_id, new_secret, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.settings import settings
from chalicelib.scheduling.model.allocation import (
    Allocation,
    AllocationChange,
    AllocationRefused,
    Reservation,
)
from chalicelib.scheduling.model.availability.slots import SlotQuery, is_offered
from chalicelib.scheduling.model.doctor import Doctor
from chalicelib.scheduling.model.service import Service
from chalicelib.scheduling.model.span import Span
from chalicelib.scheduling.service.allocation import allocate_with_retry, choose_allocation

NOT_OFFERED = "is not a time that is offered; GET \u2026/availability lists those that are"
HOLD_NOT_FOUND = "There is no such hold."


def create_hold(
    tenant_id: str,
    form: HoldForm,
    *,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
    secret: IdFactory = new_secret,
) -> HoldCreated:
    """Reserve a slot for `HOLD_SECONDS`.

    Two calls, more for a service that needs rooms.

    Raises:
        ValidationFailed: unknown doctor or service, or the start is not offered.
        SlotTaken: the time is taken.
    """
    now = clock()
    allocator = allocator_for(tenant_id, now)
    doctor, service = require_bookable(allocator.schedule, form.doctor_id, form.service_id)
    require_offered(allocator, doctor, service, form.start)
    span = Span(form.start, form.start + timedelta(minutes=service.duration_minutes))
    expires_at, token = now + timedelta(seconds=settings().hold_seconds), secret()
    digest = keys.digest(token)
    wanted = Hold(ids(), doctor.id, service.id, span, Allocation(span, ()), expires_at, digest)

    def choose() -> Allocation:
        return choose_allocation(tenant_id, allocator.schedule, doctor.id, service, span, now=now)

    def attempt(allocation: Allocation) -> None:
        change = AllocationChange(Reservation(wanted.id, span, expires_at), allocation)
        store.create(tenant_id, replace(wanted, allocation=allocation), require_fits_transaction(change), now)

    try:
        allocate_with_retry(choose, attempt)
    except AllocationRefused as refusal:
        raise allocator.slot_taken(refusal, service.id, doctor.id, form.start, for_member=False) from None
    return HoldCreated(wanted.id, token, expires_at)


def require_offered(allocator: AppointmentAllocator, doctor: Doctor, service: Service, start: datetime) -> None:
    """Require that patients can choose a start, reservations aside.

    Raises:
        ValidationFailed: they cannot.
    """
    if not is_offered(SlotQuery(doctor, service, allocator.schedule.rules), start, allocator.now):
        raise ValidationFailed([FieldError("start", NOT_OFFERED)])


def release_hold(tenant_id: str, hold_id: str, hold_token: str, *, clock: Clock = utc_now) -> None:
    """Release a slot before its hold expires; two calls. Repeats are harmless.

    Raises:
        NotFound: unknown hold, or another hold's token.
        HoldExpired: the hold is booked.
    """
    hold = store.find_by_token(tenant_id, hold_id, hold_token)
    if hold is None:
        raise NotFound(HOLD_NOT_FOUND)
    state = end_hold(tenant_id, hold, "released", clock()) if hold.state == "held" else hold.state
    if state == "booked":
        raise HoldExpired("It is booked; cancel it on its own page.")
