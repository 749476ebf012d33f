"""Operations of patients, and the timers of their holds."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from chalicelib.booking.model.booking import BookingForm, RescheduleForm
from chalicelib.booking.model.hold import HoldForm
from chalicelib.booking.service import bookings, hold_expiry, holds, self_service
from chalicelib.core.clock import rfc3339, to_ms
from chalicelib.core.dynamodb.keys import HoldKey
from chalicelib.core.http.errors import Problem, Unavailable
from tests.consistency.bookings.client_state import ClientState, KnownHold
from tests.consistency.harness.operations import Operation, Payload

Result = TypeVar("Result")
_MAX_REMEMBERED = 4


def hold(client: ClientState) -> Operation:
    """Hold a slot. Its token is known beforehand, although the response may be lost."""
    tenant, operation_id = client.identity.tenant, client.operation_id
    form = HoldForm(
        client.rng.choice(tenant.services).id,
        client.rng.choice(tenant.doctors),
        client.rng.choice(tenant.starts()),
    )
    token = f"token-{operation_id}"
    booking = BookingForm(operation_id, token, client.patient, notes=operation_id)
    known_hold = KnownHold(booking, f"key-{operation_id}", form.start)

    def invoke() -> Payload:
        client.remember_hold(known_hold)
        held = holds.create_hold(
            tenant.tenant_id, form, clock=client.clock, ids=client.ids(), secret=lambda: token
        )
        return {"holdId": held.hold_id, "until": to_ms(held.expires_at)}

    request = {
        "doctorId": form.doctor_id,
        "serviceId": form.service_id,
        "start": rfc3339(form.start),
        "draws": operation_id,
    }
    return Operation("hold", request, invoke)


def book(client: ClientState) -> Operation:
    """Book a hold."""
    known_hold = client.rng.choice(client.holds)
    key = known_hold.key if client.rng.random() < 0.85 else None

    def invoke() -> Payload:
        response = _book(client, known_hold.form, key)
        if key:
            _remember_booking(client, known_hold)
        return {"responses": [response]}

    return Operation("book", _request(known_hold, key, [client.operation_id]), invoke)


def book_twice(client: ClientState) -> Operation:
    """Book twice at the same moment, with the same idempotency key."""
    known_hold = client.rng.choice(client.holds)

    def invoke() -> Payload:
        responses = run_concurrently(
            [partial(_book, client, known_hold.form, known_hold.key, each) for each in "ab"]
        )
        _remember_booking(client, known_hold)
        return {"responses": responses}

    return Operation(
        "book",
        _request(known_hold, known_hold.key, [f"{client.operation_id}a", f"{client.operation_id}b"]),
        invoke,
    )


def book_again(client: ClientState) -> Operation:
    """Repeat a booking, as the page does after a lost response."""
    known_hold = client.rng.choice(client.booked)

    def invoke() -> Payload:
        return {"responses": [_book(client, known_hold.form, known_hold.key)]}

    return Operation("book", _request(known_hold, known_hold.key, [client.operation_id]), invoke)


def book_otherwise(client: ClientState) -> Operation:
    """Send another form with the key of a booking, which must be rejected."""
    known_hold = client.rng.choice(client.booked)
    form = replace(known_hold.form, notes="something else")

    def invoke() -> Payload:
        return {"responses": [_book(client, form, known_hold.key)]}

    return Operation(
        "book", {**_request(known_hold, known_hold.key, [client.operation_id]), "notes": form.notes}, invoke
    )


def release(client: ClientState) -> Operation:
    """Release a hold."""
    form = client.rng.choice(client.holds).form

    def invoke() -> Payload:
        holds.release_hold(client.identity.tenant.tenant_id, form.hold_id, form.hold_token, clock=client.clock)
        return {}

    return Operation("release", {"holdId": form.hold_id}, invoke)


def expire(client: ClientState) -> Operation:
    """Deliver a hold's timer, early, late or once more."""
    hold_id = client.rng.choice(client.holds).form.hold_id

    def invoke() -> Payload:
        hold_expiry.expire_hold(HoldKey(client.identity.tenant.tenant_id, hold_id), clock=client.clock)
        return {}

    return Operation("expire", {"holdId": hold_id}, invoke)


def sweep(client: ClientState) -> Operation:
    """Sweep the holds whose timers were lost."""

    def invoke() -> Payload:
        return {"swept": hold_expiry.sweep_holds(clock=client.clock)}

    return Operation("sweep", {}, invoke)


def reschedule(client: ClientState) -> Operation:
    """Reschedule the patient's own appointment."""
    appointment_id = client.rng.choice(list(client.tokens))
    tenant = client.identity.tenant
    doctor = client.rng.choice((None, *tenant.doctors))
    wanted = RescheduleForm(client.rng.choice(tenant.starts()), doctor)

    def invoke() -> Payload:
        found = self_service.reschedule_booking(
            client.tokens[appointment_id], wanted, clock=client.clock
        ).appointment
        response = {"version": found.version, "startsAt": rfc3339(found.starts_at), "doctorId": found.doctor_id}
        return {"appointmentId": found.id, **response}

    request = {"appointmentId": appointment_id, "start": rfc3339(wanted.start), "doctorId": doctor}
    return Operation("reschedule", request, invoke, appointment_id)


def cancel(client: ClientState) -> Operation:
    """Cancel the patient's own appointment."""
    appointment_id = client.rng.choice(list(client.tokens))

    def invoke() -> Payload:
        found = self_service.cancel_booking(
            client.tokens[appointment_id], client.operation_id, clock=client.clock
        ).appointment
        return {"appointmentId": found.id, "version": found.version, "status": found.status}

    return Operation("cancel by patient", {"appointmentId": appointment_id}, invoke, appointment_id)


def run_concurrently(tasks: Sequence[Callable[[], Result]]) -> list[Result | str]:
    """Run all at the same moment. Returns the result of each, or the code of its rejection.

    Raises:
        Unavailable: no outcome is known.
        Problem: all were rejected; the first reason.
    """

    def attempt(invoke: Callable[[], Result]) -> Result | Problem:
        try:
            return invoke()
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(len(tasks)) as threads:
        found = list(threads.map(attempt, tasks))
    problems = [one for one in found if isinstance(one, Problem)]
    if len(problems) == len(found):
        raise next((one for one in problems if isinstance(one, Unavailable)), problems[0])
    return [one.code if isinstance(one, Problem) else one for one in found]


def _book(client: ClientState, form: BookingForm, key: str | None, suffix: str = "") -> dict[str, Any]:
    tenant_id = client.identity.tenant.tenant_id
    response = bookings.book(tenant_id, form, key, clock=client.clock, ids=client.ids(suffix))
    appointment = response["appointment"]
    client.tokens = dict([*client.tokens.items(), (appointment["id"], response["manageToken"])][-_MAX_REMEMBERED:])
    return {"appointmentId": appointment["id"], "startsAt": appointment["startsAt"]}


def _remember_booking(client: ClientState, known_hold: KnownHold) -> None:
    client.holds = [one for one in client.holds if one is not known_hold]
    client.booked = [*client.booked, known_hold][-_MAX_REMEMBERED:]


def _request(known_hold: KnownHold, key: str | None, draws: list[str]) -> Payload:
    return {"holdId": known_hold.form.hold_id, "key": key, "draws": draws, "notes": known_hold.form.notes}
