"""Keeping a slot for a patient while they type."""

from datetime import datetime, timedelta
from functools import partial

from chalicelib.appointments.model import Held, Hold, HoldExpired, HoldForm, HoldState
from chalicelib.appointments.service.timetable import Timetable, chosen, fitting, new_secret, timetable
from chalicelib.appointments.store import holds as store
from chalicelib.core.clock import Clock, Ids, new_id, utc_now
from chalicelib.core.errors import Fault, Invalid, NotFound, Unavailable
from chalicelib.core.settings import settings
from chalicelib.scheduling.model import Doctor, Offer, Service, Span
from chalicelib.scheduling.model.availability import is_offered
from chalicelib.scheduling.model.cells import CellKey, CellsTaken, Claim, Occupant, Occupation
from chalicelib.scheduling.service import cells

NOT_OFFERED = "is not a time that is offered; GET \u2026/availability lists those that are"
NO_HOLD = "There is no such hold."
_ATTEMPTS = 3


def hold(
    tenant_id: str, form: HoldForm, *, clock: Clock = utc_now, ids: Ids = new_id, secret: Ids = new_secret
) -> Held:
    """Keep a slot, for nobody else to have for `HOLD_SECONDS`; two calls, more for a service that needs rooms.

    Raises:
        Invalid: no such doctor or service, or the start is not one that can be offered.
        SlotTaken: somebody else has this time.
    """
    now = clock()
    table = timetable(tenant_id, now)
    doctor, service = chosen(table.setup, form.doctor_id, form.service_id)
    require_offered(table, doctor, service, form.start)
    shown = Span(form.start, form.start + timedelta(minutes=service.duration_minutes))
    expires_at, token = now + timedelta(seconds=settings().hold_seconds), secret()
    make = partial(
        Hold, ids(), doctor.id, service.id, shown, expires_at=expires_at, token_digest=store.digest(token)
    )
    wanted = make(occupation=Occupation(shown, ()))

    def choose() -> Occupation:
        return cells.occupation(tenant_id, table.setup, doctor.id, service, shown, now=now)

    def place(occupation: Occupation) -> None:
        claim = fitting(Claim(Occupant(wanted.id, shown, expires_at), occupation))
        store.place(tenant_id, make(occupation=occupation), claim, now)

    try:
        cells.claiming(choose, place)
    except CellsTaken as refusal:
        raise table.slot_taken(refusal, wanted, to_member=False) from None
    return Held(wanted.id, token, expires_at)


def require_offered(table: Timetable, doctor: Doctor, service: Service, start: datetime) -> None:
    """See that a start is one that patients can choose, as far as nobody else has it.

    Raises:
        Invalid: it is not.
    """
    if not is_offered(Offer(doctor, service, table.setup.rules), start, table.now):
        raise Invalid([Fault("start", NOT_OFFERED)])


def release(tenant_id: str, hold_id: str, hold_token: str, *, clock: Clock = utc_now) -> None:
    """Give a slot back before the hold lapses; two calls. To do so again is no error.

    Raises:
        NotFound: there is no such hold, or it is not this token's.
        HoldExpired: it has become an appointment.
    """
    found = find(tenant_id, hold_id, hold_token)
    state = end(tenant_id, found, "released", clock()) if found.state == "held" else found.state
    if state == "booked":
        raise HoldExpired("It has become an appointment, which its own page can cancel.")


def find(tenant_id: str, hold_id: str, hold_token: str) -> Hold:
    """The hold that a token is for.

    Raises:
        NotFound: there is none.
    """
    found = store.find(tenant_id, hold_id)
    if found is None or found.token_digest != store.digest(hold_token):
        raise NotFound(NO_HOLD)
    return found


def end(tenant_id: str, hold: Hold, state: HoldState, now: datetime) -> HoldState:
    """Give a hold's time back, unless it has ended already; of one that lapsed, what nobody else has by now.

    It returns how the hold ended, which may have been otherwise.
    """
    lost: frozenset[CellKey] = frozenset()
    for _ in range(_ATTEMPTS):
        claim = Claim(Occupant(hold.id, hold.shown, hold.expires_at), None, hold.occupation, lost=lost)
        try:
            store.end(tenant_id, hold, state, claim, now)
        except store.NoSuchHold as ended:
            return ended.hold.state if ended.hold else "lapsed"
        except CellsTaken as refusal:
            lost |= {cell for taken in refusal.taken for cell in taken.cells()}
        else:
            return state
    raise Unavailable("This time is in great demand at the moment; please try again.")
