"""The act that turns a hold into an appointment, once, however often it is asked for."""

import json
from datetime import datetime
from typing import Any

from chalicelib.appointments.model import (
    PATIENT_EDITOR_ID,
    Appointment,
    AppointmentRecord,
    BookingCreated,
    BookingForm,
    Editor,
    Hold,
    HoldExpired,
    manage_token,
)
from chalicelib.appointments.service.allocation import new_secret
from chalicelib.booking.service.holds import require_hold
from chalicelib.booking.store import holds
from chalicelib.core.clock import Clock, IdFactory, new_id, utc_now
from chalicelib.core.http.errors import FieldError, ValidationFailed
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused, Reservation
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.service.tenant_schedule import load_schedule

HOLD_EXPIRED_DETAIL = "Choose a time again; what you typed is still yours."
_KEY_REUSED = FieldError("Idempotency-Key", "was used for another booking; send a new one with a new request")


def book(
    tenant_id: str,
    form: BookingForm,
    idempotency_key: str | None = None,
    *,
    clock: Clock = utc_now,
    ids: IdFactory = new_id,
    secret: IdFactory = new_secret,
) -> dict[str, Any]:
    """Turn a hold into an appointment; the wire form of `Booked`.

    The same key and form again get the same answer, whether the first request has ended, still runs, or its answer
    was lost: the answer is stored in the booking's own transaction.

    Raises:
        Invalid: the key was used for another booking.
        NotFound: there is no such hold, or it is not this token's.
        HoldExpired: it has lapsed, was given back, or is booked already.
    """
    asked = holds.digest(json.dumps(to_json(form), sort_keys=True))
    if idempotency_key and (before := holds.find_duplicate(tenant_id, idempotency_key)):
        return _replay(before, asked)
    hold, now = require_hold(tenant_id, form.hold_id, form.hold_token), clock()
    if not hold.is_live(now):
        return _replay_or_expired(tenant_id, idempotency_key, asked)
    appointment = _new_appointment(load_schedule(tenant_id), hold, form, now, ids())
    stored = AppointmentRecord(appointment, hold.occupation, secret())
    token = manage_token.encode(tenant_id, appointment.id, stored.manage_secret or "")
    answer: dict[str, Any] = to_json(BookingCreated(appointment, token))
    kept = holds.idempotency_item(tenant_id, idempotency_key, asked, answer, now) if idempotency_key else None
    claim = AllocationChange(Reservation(appointment.id, hold.span), hold.occupation, owned_ids=(hold.id,))
    try:
        holds.book(tenant_id, hold, stored, claim, kept)
    except holds.DuplicateRequest as before:
        return _replay(before, asked)
    except (holds.HoldEnded, AllocationRefused):
        return _replay_or_expired(tenant_id, idempotency_key, asked)
    return answer


def _replay_or_expired(tenant_id: str, idempotency_key: str | None, request_digest: str) -> dict[str, Any]:
    """What the same request was answered a moment ago, if it was that which took the hold."""
    before = holds.find_duplicate(tenant_id, idempotency_key) if idempotency_key else None
    if before is None:
        raise HoldExpired(HOLD_EXPIRED_DETAIL)
    return _replay(before, request_digest)


def _replay(record: holds.DuplicateRequest, request_digest: str) -> dict[str, Any]:
    if record.request_digest != request_digest:
        raise ValidationFailed([_KEY_REUSED])
    return record.response


def _new_appointment(
    setup: TenantSchedule, hold: Hold, form: BookingForm, now: datetime, appointment_id: str
) -> Appointment:
    doctor, service = setup.doctors.get(hold.doctor_id), setup.services.get(hold.service_id)
    return Appointment(
        id=appointment_id,
        doctor_id=hold.doctor_id,
        service_id=hold.service_id,
        patient=form.patient,
        starts_at=hold.span.start,
        ends_at=hold.span.end,
        time_zone=form.time_zone or (doctor.time_zone if doctor else "UTC"),
        status="confirmed",
        title=service.name if service else "",
        notes=form.notes,
        version=1,
        created_at=now,
        updated_at=now,
        updated_by=Editor(PATIENT_EDITOR_ID, form.patient.name),
    )
