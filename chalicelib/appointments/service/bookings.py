"""The act that turns a hold into an appointment, once, however often it is asked for."""

import json
from datetime import datetime
from typing import Any

from chalicelib.appointments.model import (
    PATIENT_ID,
    Appointment,
    Booked,
    BookingForm,
    Editor,
    Hold,
    HoldExpired,
    StoredAppointment,
    manage_token,
)
from chalicelib.appointments.service.holds import find
from chalicelib.appointments.service.timetable import new_secret
from chalicelib.appointments.store import holds as store
from chalicelib.core.clock import Clock, Ids, new_id, utc_now
from chalicelib.core.errors import Fault, Invalid
from chalicelib.core.shape import to_wire
from chalicelib.scheduling.model import Setup
from chalicelib.scheduling.model.cells import CellsTaken, Claim, Occupant
from chalicelib.scheduling.service import practice

LAPSED = "Choose a time again; what you typed is still yours."
_OTHER_REQUEST = Fault("Idempotency-Key", "was used for another booking; send a new one with a new request")


def book(
    tenant_id: str,
    form: BookingForm,
    idempotency_key: str | None = None,
    *,
    clock: Clock = utc_now,
    ids: Ids = new_id,
    secret: Ids = new_secret,
) -> dict[str, Any]:
    """Turn a hold into an appointment; the wire form of `Booked`.

    The same key and form again get the same answer, whether the first request has ended, still runs, or its answer
    was lost: the answer is stored in the booking's own transaction.

    Raises:
        Invalid: the key was used for another booking.
        NotFound: there is no such hold, or it is not this token's.
        HoldExpired: it has lapsed, was given back, or is booked already.
    """
    asked = store.digest(json.dumps(to_wire(form), sort_keys=True))
    if idempotency_key and (before := store.find_answer(tenant_id, idempotency_key)):
        return _same_again(before, asked)
    hold, now = find(tenant_id, form.hold_id, form.hold_token), clock()
    if not hold.is_live(now):
        return _answer_after_all(tenant_id, idempotency_key, asked)
    appointment = _appointment(practice.setup_of(tenant_id), hold, form, now, ids())
    stored = StoredAppointment(appointment, hold.occupation, secret())
    token = manage_token.of(tenant_id, appointment.id, stored.manage_secret or "")
    answer: dict[str, Any] = to_wire(Booked(appointment, token))
    kept = store.answer_item(tenant_id, idempotency_key, asked, answer, now) if idempotency_key else None
    claim = Claim(Occupant(appointment.id, hold.shown), hold.occupation, mine=(hold.id,))
    try:
        store.book(tenant_id, hold, stored, claim, kept)
    except store.AnsweredBefore as before:
        return _same_again(before, asked)
    except (store.NoSuchHold, CellsTaken):
        return _answer_after_all(tenant_id, idempotency_key, asked)
    return answer


def _answer_after_all(tenant_id: str, idempotency_key: str | None, asked: str) -> dict[str, Any]:
    """What the same request was answered a moment ago, if it was that which took the hold."""
    before = store.find_answer(tenant_id, idempotency_key) if idempotency_key else None
    if before is None:
        raise HoldExpired(LAPSED)
    return _same_again(before, asked)


def _same_again(before: store.AnsweredBefore, asked: str) -> dict[str, Any]:
    if before.asked != asked:
        raise Invalid([_OTHER_REQUEST])
    return before.answer


def _appointment(setup: Setup, hold: Hold, form: BookingForm, now: datetime, appointment_id: str) -> Appointment:
    doctor, service = setup.doctors.get(hold.doctor_id), setup.services.get(hold.service_id)
    return Appointment(
        id=appointment_id,
        doctor_id=hold.doctor_id,
        service_id=hold.service_id,
        patient=form.patient,
        starts_at=hold.shown.start,
        ends_at=hold.shown.end,
        time_zone=form.time_zone or (doctor.time_zone if doctor else "UTC"),
        status="confirmed",
        title=service.name if service else "",
        notes=form.notes,
        version=1,
        created_at=now,
        updated_at=now,
        updated_by=Editor(PATIENT_ID, form.patient.name),
    )
