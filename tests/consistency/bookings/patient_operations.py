"""What patients do, and the timers of their holds."""

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
from tests.consistency.faults.operations import Operation, Payload

Result = TypeVar("Result")
_REMEMBERED = 4


def hold(hand: ClientState) -> Operation:
    """Choose a slot. Its token is known beforehand, as if the answer had come after all."""
    practice, mark = hand.identity.tenant, hand.operation_id
    form = HoldForm(
        hand.rng.choice(practice.services).id,
        hand.rng.choice(practice.doctors),
        hand.rng.choice(practice.starts()),
    )
    token = f"token-{mark}"
    kept = KnownHold(BookingForm(mark, token, hand.patient, notes=mark), f"key-{mark}", form.start)

    def act() -> Payload:
        hand.remember_hold(kept)
        held = holds.create_hold(practice.tenant_id, form, clock=hand.clock, ids=hand.ids(), secret=lambda: token)
        return {"holdId": held.hold_id, "until": to_ms(held.expires_at)}

    asked = {"doctorId": form.doctor_id, "serviceId": form.service_id, "start": rfc3339(form.start), "draws": mark}
    return Operation("hold", asked, act)


def book(hand: ClientState) -> Operation:
    """Send the form."""
    kept = hand.rng.choice(hand.holds)
    key = kept.key if hand.rng.random() < 0.85 else None

    def act() -> Payload:
        answer = _book(hand, kept.form, key)
        if key:
            _remembers(hand, kept)
        return {"answers": [answer]}

    return Operation("book", _asked(kept, key, [hand.operation_id]), act)


def book_twice(hand: ClientState) -> Operation:
    """Press the button twice: two requests at once, with the same key."""
    kept = hand.rng.choice(hand.holds)

    def act() -> Payload:
        answers = at_once([partial(_book, hand, kept.form, kept.key, each) for each in "ab"])
        _remembers(hand, kept)
        return {"answers": answers}

    return Operation("book", _asked(kept, kept.key, [f"{hand.operation_id}a", f"{hand.operation_id}b"]), act)


def book_again(hand: ClientState) -> Operation:
    """Send what was sent before, as the page does where no answer came."""
    kept = hand.rng.choice(hand.booked)

    def act() -> Payload:
        return {"answers": [_book(hand, kept.form, kept.key)]}

    return Operation("book", _asked(kept, kept.key, [hand.operation_id]), act)


def book_otherwise(hand: ClientState) -> Operation:
    """Send something else under the key of a booking, which must be refused."""
    kept = hand.rng.choice(hand.booked)
    form = replace(kept.form, notes="something else")

    def act() -> Payload:
        return {"answers": [_book(hand, form, kept.key)]}

    return Operation("book", {**_asked(kept, kept.key, [hand.operation_id]), "notes": form.notes}, act)


def release(hand: ClientState) -> Operation:
    """Go back to the calendar."""
    form = hand.rng.choice(hand.holds).form

    def act() -> Payload:
        holds.release_hold(hand.identity.tenant.tenant_id, form.hold_id, form.hold_token, clock=hand.clock)
        return {}

    return Operation("release", {"holdId": form.hold_id}, act)


def lapse(hand: ClientState) -> Operation:
    """Consume a hold's timer, which may be early, late or a repetition."""
    hold_id = hand.rng.choice(hand.holds).form.hold_id

    def act() -> Payload:
        hold_expiry.expire_hold(HoldKey(hand.identity.tenant.tenant_id, hold_id), clock=hand.clock)
        return {}

    return Operation("lapse", {"holdId": hold_id}, act)


def sweep(hand: ClientState) -> Operation:
    """Look for all holds whose timers were lost."""

    def act() -> Payload:
        return {"swept": hold_expiry.sweep_holds(clock=hand.clock)}

    return Operation("sweep", {}, act)


def reschedule(hand: ClientState) -> Operation:
    """Move one's own appointment."""
    appointment_id = hand.rng.choice(list(hand.tokens))
    practice = hand.identity.tenant
    doctor = hand.rng.choice((None, *practice.doctors))
    wanted = RescheduleForm(hand.rng.choice(practice.starts()), doctor)

    def act() -> Payload:
        found = self_service.reschedule_booking(hand.tokens[appointment_id], wanted, clock=hand.clock).appointment
        told = {"version": found.version, "startsAt": rfc3339(found.starts_at), "doctorId": found.doctor_id}
        return {"appointmentId": found.id, **told}

    asked = {"appointmentId": appointment_id, "start": rfc3339(wanted.start), "doctorId": doctor}
    return Operation("reschedule", asked, act)


def cancel(hand: ClientState) -> Operation:
    """Call one's own appointment off."""
    appointment_id = hand.rng.choice(list(hand.tokens))

    def act() -> Payload:
        found = self_service.cancel_booking(
            hand.tokens[appointment_id], hand.operation_id, clock=hand.clock
        ).appointment
        return {"appointmentId": found.id, "version": found.version, "status": found.status}

    return Operation("cancel by patient", {"appointmentId": appointment_id}, act)


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result | str]:
    """What each came to when all were done at once: its result, or the code of its refusal.

    Raises:
        Unavailable: of none of them is known what it came to.
        Problem: all were refused; why the first was.
    """

    def attempt(act: Callable[[], Result]) -> Result | Problem:
        try:
            return act()
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(len(acts)) as threads:
        found = list(threads.map(attempt, acts))
    problems = [one for one in found if isinstance(one, Problem)]
    if len(problems) == len(found):
        raise next((one for one in problems if isinstance(one, Unavailable)), problems[0])
    return [one.code if isinstance(one, Problem) else one for one in found]


def _book(hand: ClientState, form: BookingForm, key: str | None, suffix: str = "") -> dict[str, Any]:
    tenant_id = hand.identity.tenant.tenant_id
    answer = bookings.book(tenant_id, form, key, clock=hand.clock, ids=hand.ids(suffix))
    appointment = answer["appointment"]
    hand.tokens = dict([*hand.tokens.items(), (appointment["id"], answer["manageToken"])][-_REMEMBERED:])
    return {"appointmentId": appointment["id"], "startsAt": appointment["startsAt"]}


def _remembers(hand: ClientState, kept: KnownHold) -> None:
    hand.holds = [one for one in hand.holds if one is not kept]
    hand.booked = [*hand.booked, kept][-_REMEMBERED:]


def _asked(kept: KnownHold, key: str | None, draws: list[str]) -> Payload:
    return {"holdId": kept.form.hold_id, "key": key, "draws": draws, "notes": kept.form.notes}
