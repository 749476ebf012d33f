"""What patients do, and the timers of their holds."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from chalicelib.appointments.model import BookingForm, HoldForm, NewTime
from chalicelib.appointments.service import bookings, holds, lapses, patients
from chalicelib.core.clock import rfc3339, to_ms
from chalicelib.core.errors import Problem, Unavailable
from tests.consistency.bookings.hand import Hand, Kept
from tests.consistency.faults.deeds import Deed, Facts

Result = TypeVar("Result")
_REMEMBERED = 4


def hold(hand: Hand) -> Deed:
    """Choose a slot. Its token is known beforehand, as if the answer had come after all."""
    practice, mark = hand.seat.practice, hand.mark
    form = HoldForm(
        hand.chance.choice(practice.services).id,
        hand.chance.choice(practice.doctors),
        hand.chance.choice(practice.starts()),
    )
    token = f"token-{mark}"
    kept = Kept(BookingForm(mark, token, hand.patient, notes=mark), f"key-{mark}", form.start)

    def act() -> Facts:
        hand.keeps(kept)
        held = holds.hold(practice.tenant_id, form, clock=hand.clock, ids=hand.ids(), secret=lambda: token)
        return {"holdId": held.hold_id, "until": to_ms(held.expires_at)}

    asked = {"doctorId": form.doctor_id, "serviceId": form.service_id, "start": rfc3339(form.start), "draws": mark}
    return Deed("hold", asked, act)


def book(hand: Hand) -> Deed:
    """Send the form."""
    kept = hand.chance.choice(hand.holds)
    key = kept.key if hand.chance.random() < 0.85 else None

    def act() -> Facts:
        answer = _book(hand, kept.form, key)
        if key:
            _remembers(hand, kept)
        return {"answers": [answer]}

    return Deed("book", _asked(kept, key, [hand.mark]), act)


def book_twice(hand: Hand) -> Deed:
    """Press the button twice: two requests at once, with the same key."""
    kept = hand.chance.choice(hand.holds)

    def act() -> Facts:
        answers = at_once([partial(_book, hand, kept.form, kept.key, each) for each in "ab"])
        _remembers(hand, kept)
        return {"answers": answers}

    return Deed("book", _asked(kept, kept.key, [f"{hand.mark}a", f"{hand.mark}b"]), act)


def book_again(hand: Hand) -> Deed:
    """Send what was sent before, as the page does where no answer came."""
    kept = hand.chance.choice(hand.booked)

    def act() -> Facts:
        return {"answers": [_book(hand, kept.form, kept.key)]}

    return Deed("book", _asked(kept, kept.key, [hand.mark]), act)


def book_otherwise(hand: Hand) -> Deed:
    """Send something else under the key of a booking, which must be refused."""
    kept = hand.chance.choice(hand.booked)
    form = replace(kept.form, notes="something else")

    def act() -> Facts:
        return {"answers": [_book(hand, form, kept.key)]}

    return Deed("book", {**_asked(kept, kept.key, [hand.mark]), "notes": form.notes}, act)


def release(hand: Hand) -> Deed:
    """Go back to the calendar."""
    form = hand.chance.choice(hand.holds).form

    def act() -> Facts:
        holds.release(hand.seat.practice.tenant_id, form.hold_id, form.hold_token, clock=hand.clock)
        return {}

    return Deed("release", {"holdId": form.hold_id}, act)


def lapse(hand: Hand) -> Deed:
    """Consume a hold's timer, which may be early, late or a repetition."""
    hold_id = hand.chance.choice(hand.holds).form.hold_id

    def act() -> Facts:
        lapses.lapse(hand.seat.practice.tenant_id, hold_id, clock=hand.clock)
        return {}

    return Deed("lapse", {"holdId": hold_id}, act)


def sweep(hand: Hand) -> Deed:
    """Look for all holds whose timers were lost."""

    def act() -> Facts:
        return {"swept": lapses.sweep_holds(clock=hand.clock)}

    return Deed("sweep", {}, act)


def reschedule(hand: Hand) -> Deed:
    """Move one's own appointment."""
    appointment_id = hand.chance.choice(list(hand.tokens))
    practice = hand.seat.practice
    doctor = hand.chance.choice((None, *practice.doctors))
    wanted = NewTime(hand.chance.choice(practice.starts()), doctor)

    def act() -> Facts:
        found = patients.reschedule(hand.tokens[appointment_id], wanted, clock=hand.clock).appointment
        told = {"version": found.version, "startsAt": rfc3339(found.starts_at), "doctorId": found.doctor_id}
        return {"appointmentId": found.id, **told}

    asked = {"appointmentId": appointment_id, "start": rfc3339(wanted.start), "doctorId": doctor}
    return Deed("reschedule", asked, act)


def cancel(hand: Hand) -> Deed:
    """Call one's own appointment off."""
    appointment_id = hand.chance.choice(list(hand.tokens))

    def act() -> Facts:
        found = patients.cancel_by_patient(hand.tokens[appointment_id], hand.mark, clock=hand.clock).appointment
        return {"appointmentId": found.id, "version": found.version, "status": found.status}

    return Deed("cancel by patient", {"appointmentId": appointment_id}, act)


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


def _book(hand: Hand, form: BookingForm, key: str | None, suffix: str = "") -> dict[str, Any]:
    tenant_id = hand.seat.practice.tenant_id
    answer = bookings.book(tenant_id, form, key, clock=hand.clock, ids=hand.ids(suffix))
    appointment = answer["appointment"]
    hand.tokens = dict([*hand.tokens.items(), (appointment["id"], answer["manageToken"])][-_REMEMBERED:])
    return {"appointmentId": appointment["id"], "startsAt": appointment["startsAt"]}


def _remembers(hand: Hand, kept: Kept) -> None:
    hand.holds = [one for one in hand.holds if one is not kept]
    hand.booked = [*hand.booked, kept][-_REMEMBERED:]


def _asked(kept: Kept, key: str | None, draws: list[str]) -> Facts:
    return {"holdId": kept.form.hold_id, "key": key, "draws": draws, "notes": kept.form.notes}
