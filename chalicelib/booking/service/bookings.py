"""Turn a hold into an appointment, once, however often the request is repeated."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.appointments.model import manage_token
from chalicelib.appointments.model.appointment import PATIENT_EDITOR_ID, Appointment, Editor
from chalicelib.appointments.model.record import AppointmentRecord
from chalicelib.booking.model.booking import BookingCreated, BookingForm, IdempotencyRecord
from chalicelib.booking.model.hold import Hold, HoldExpired
from chalicelib.booking.service.holds import HOLD_NOT_FOUND
from chalicelib.booking.store import holds as store
from chalicelib.core.clock import Clock, IdFactory, new_id, new_secret, utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import FieldError, NotFound, ValidationFailed
from chalicelib.core.http.schema import to_json
from chalicelib.scheduling.model.allocation import AllocationChange, AllocationRefused, Reservation
from chalicelib.scheduling.model.tenant_schedule import TenantSchedule
from chalicelib.scheduling.service.tenant_schedule import load_schedule

HOLD_EXPIRED_DETAIL = "Choose a time again; your entries are kept."
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
    """Turn a hold into an appointment.

    A repeat with the same key and form gets the same response, whether the first request has ended, still runs, or
    lost its response: the response is stored in the booking's own transaction.

    Returns:
        `BookingCreated` as JSON.

    Raises:
        ValidationFailed: the key was used for another booking.
        NotFound: unknown hold, or another hold's token.
        HoldExpired: the hold has expired, was released, or is booked already.
    """
    request = _BookingRequest(tenant_id, idempotency_key, keys.digest(json.dumps(to_json(form), sort_keys=True)))
    if stored := request.find_response():
        return stored
    hold, now = store.find_by_token(tenant_id, form.hold_id, form.hold_token), clock()
    if hold is None:
        raise NotFound(HOLD_NOT_FOUND)
    if not _is_live(hold, now):
        return request.replay_ended_hold()
    appointment = _new_appointment(load_schedule(tenant_id), hold, form, now, ids())
    manage_secret = secret()
    token = manage_token.encode(tenant_id, appointment.id, manage_secret)
    response: dict[str, Any] = to_json(BookingCreated(appointment, token))
    record = AppointmentRecord(appointment, hold.allocation, manage_secret)
    change = AllocationChange(Reservation(appointment.id, hold.span), hold.allocation, owned_ids=(hold.id,))
    try:
        store.book(tenant_id, hold, record, change, request.to_record(response))
    except store.DuplicateRequest as duplicate:
        return request.replay(duplicate.record)
    except (store.HoldEnded, AllocationRefused):
        return request.replay_ended_hold()
    return response


@dataclass(frozen=True, slots=True)
class _BookingRequest:
    """A booking request: the digest of its form, and the idempotency key, if any."""

    tenant_id: str
    key: str | None
    digest: str

    def find_response(self) -> dict[str, Any] | None:
        """Return the stored response to this request, if any; one call with a key."""
        record = store.find_idempotency_record(self.tenant_id, self.key) if self.key else None
        return self.replay(record) if record else None

    def replay(self, record: IdempotencyRecord) -> dict[str, Any]:
        """Return the response of a record.

        Raises:
            ValidationFailed: it is the record of another request.
        """
        if record.request_digest != self.digest:
            raise ValidationFailed([_KEY_REUSED])
        return record.response

    def replay_ended_hold(self) -> dict[str, Any]:
        """Return the stored response.

        The same request may have booked the hold a moment ago.

        Raises:
            HoldExpired: there is none.
        """
        if stored := self.find_response():
            return stored
        raise HoldExpired(HOLD_EXPIRED_DETAIL) from None

    def to_record(self, response: dict[str, Any]) -> IdempotencyRecord | None:
        """Return the record that stores a response for repeats."""
        return IdempotencyRecord(self.key, self.digest, response) if self.key else None


def _is_live(hold: Hold, now: datetime) -> bool:
    return hold.state == "held" and now < hold.expires_at


def _new_appointment(
    schedule: TenantSchedule, hold: Hold, form: BookingForm, now: datetime, appointment_id: str
) -> Appointment:
    doctor, service = schedule.doctors.get(hold.doctor_id), schedule.services.get(hold.service_id)
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
