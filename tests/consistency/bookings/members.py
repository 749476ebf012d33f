"""What members do: enter appointments, take the lock, move them and whatever else takes or gives back time."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.appointments.model import AppointmentForm, Changes, SavedAppointment
from chalicelib.appointments.service import record, revisions, saving
from chalicelib.core.clock import rfc3339
from chalicelib.core.shape import camel, to_wire
from chalicelib.locking.service import holding
from tests.consistency.bookings.hand import Hand, Seen
from tests.consistency.bookings.patients import at_once
from tests.consistency.faults.deeds import Deed, Facts

_LEASE = timedelta(seconds=120)
_REMEMBERED = 12
_PAGE = 8
_STATUSES = ("pending", "confirmed", "confirmed", "completed", "cancelled", "no_show")


def look(hand: Hand) -> Deed:
    """Look at the calendar from some time on."""
    practice = hand.seat.practice
    wanted = record.Filter(starts_from=hand.chance.choice(practice.starts()))

    def act() -> Facts:
        found = record.page(hand.principal, wanted, limit=_PAGE).items
        for one in found:
            lock_id = hand.seen[one.id].lock_id if one.id in hand.seen else None
            hand.seen[one.id] = Seen(one.version, one.doctor_id, one.starts_at, one.status, lock_id)
        _forgets_some(hand)
        return {"found": len(found)}

    return Deed("look", {}, act)


def enter(hand: Hand) -> Deed:
    """Enter an appointment, at any minute and as long as one likes."""
    practice = hand.seat.practice
    starts_at = _any_time(hand)
    ends_at = starts_at + timedelta(minutes=hand.chance.randint(5, 70)) if hand.chance.random() < 0.5 else None
    service = hand.chance.choice(practice.services)
    status: Any = hand.chance.choice(_STATUSES)
    form = AppointmentForm(
        hand.chance.choice(practice.doctors), service.id, hand.patient, starts_at, ends_at, status=status
    )

    def act() -> Facts:
        made = record.create(hand.principal, form, clock=hand.clock, ids=hand.ids())
        hand.seen[made.id] = Seen(1, made.doctor_id, made.starts_at, made.status)
        return {"appointmentId": made.id, "version": made.version}

    asked = {"doctorId": form.doctor_id, "serviceId": service.id, "start": rfc3339(starts_at), "draws": hand.mark}
    return Deed("enter", asked, act)


def acquire(hand: Hand) -> Deed:
    """Press Edit."""
    appointment_id = hand.chance.choice(list(hand.seen))

    def act() -> Facts:
        lock = holding.acquire(hand.tab, appointment_id, clock=hand.clock, lease=_LEASE)
        hand.seen[appointment_id].lock_id = lock.lock_id
        found = record.get(hand.principal, appointment_id, consistent=True)
        seen = hand.seen[appointment_id]
        seen.version, seen.start, seen.status = found.version, found.starts_at, found.status
        return {}

    return Deed("acquire", {"appointmentId": appointment_id}, act)


def let_go(hand: Hand) -> Deed:
    """Press Done."""
    appointment_id, lock_id = _locked(hand)

    def act() -> Facts:
        hand.seen[appointment_id].lock_id = None
        holding.release(appointment_id, lock_id, principal=hand.principal, clock=hand.clock)
        return {}

    return Deed("let go", {"appointmentId": appointment_id}, act)


def save(hand: Hand) -> Deed:
    """Save another time, doctor, service or status, or words."""
    appointment_id, lock_id = _locked(hand)
    version = hand.seen[appointment_id].version - (hand.chance.random() < 0.05)
    changes = _changes(hand, appointment_id)

    def act() -> Facts:
        return {"saves": [_save(hand, appointment_id, lock_id, version, changes)]}

    return Deed("save", _asked(appointment_id, (version, changes)), act)


def save_ahead(hand: Hand) -> Deed:
    """Save twice without waiting for the first answer."""
    appointment_id, lock_id = _locked(hand)
    version = hand.seen[appointment_id].version
    starts_at = _any_time(hand)
    moved = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=20)}
    changes: list[Changes] = [{"notes": hand.mark}, moved]

    def act() -> Facts:
        saves = [
            partial(_save, hand, appointment_id, lock_id, version + number, one)
            for number, one in enumerate(changes)
        ]
        return {"saves": at_once(saves)}

    return Deed("save", _asked(appointment_id, *enumerate(changes, version)), act)


def restore(hand: Hand) -> Deed:
    """Bring an earlier version back."""
    appointment_id, lock_id = _locked(hand)
    seen = hand.seen[appointment_id]
    version, revision = seen.version, hand.chance.randint(1, max(1, seen.version - 1))

    def act() -> Facts:
        saved = revisions.restore(
            hand.principal, appointment_id, revision, lock_id=lock_id, version=version, clock=hand.clock
        )
        seen.version = saved.version
        return {"saves": [_told(saved)]}

    return Deed("restore", {**_asked(appointment_id, (version, {})), "revision": revision}, act)


def cancel(hand: Hand) -> Deed:
    """Call it off."""
    appointment_id, lock_id = _locked(hand)
    seen = hand.seen[appointment_id]
    version = seen.version

    def act() -> Facts:
        saved = saving.cancel(
            hand.principal, appointment_id, lock_id=lock_id, version=version, reason=hand.mark, clock=hand.clock
        )
        seen.version = saved.version
        return {"saves": [_told(saved)]}

    return Deed("cancel", _asked(appointment_id, (version, {"status": "cancelled"})), act)


def _save(hand: Hand, appointment_id: str, lock_id: str, version: int, changes: Changes) -> Facts:
    saved = saving.save(
        hand.principal, appointment_id, lock_id=lock_id, version=version, changes=changes, clock=hand.clock
    )
    seen = hand.seen[appointment_id]
    seen.version = max(seen.version, saved.version)
    return _told(saved)


def _told(saved: SavedAppointment) -> Facts:
    told: Facts = to_wire(saved)
    return {name: told[name] for name in ("version", "doctorId", "serviceId", "startsAt", "endsAt", "status")
            if name in told}  # fmt: skip


def _changes(hand: Hand, appointment_id: str) -> Changes:
    practice, seen = hand.seat.practice, hand.seen[appointment_id]
    kind = hand.chance.randrange(6)
    if kind == 0:
        return {"doctor_id": hand.chance.choice(practice.doctors)}
    if kind == 1:
        return {"service_id": hand.chance.choice(practice.services).id}
    if kind == 2:
        return {"status": hand.chance.choice(_STATUSES)}
    if kind == 3:
        return {"notes": hand.mark}
    if kind == 4:
        return {"ends_at": seen.start + timedelta(minutes=hand.chance.randint(1, 80))}
    starts_at = _any_time(hand)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=hand.chance.randint(10, 60))}


def _any_time(hand: Hand) -> datetime:
    practice = hand.seat.practice
    return practice.opens + timedelta(minutes=hand.chance.randrange(practice.hours * 60))


def _locked(hand: Hand) -> tuple[str, str]:
    locked = [(one, seen.lock_id) for one, seen in hand.seen.items() if seen.lock_id]
    appointment_id, lock_id = hand.chance.choice(locked)
    return appointment_id, lock_id or ""


def _forgets_some(hand: Hand) -> None:
    spare = [one for one, seen in hand.seen.items() if not seen.lock_id][:-_REMEMBERED]
    for one in spare:
        del hand.seen[one]


def _asked(appointment_id: str, *saves: tuple[int, Changes]) -> Facts:
    facts = [
        {"version": version, **{camel(name): to_wire(value) for name, value in changes.items()}}
        for version, changes in saves
    ]
    return {"appointmentId": appointment_id, "saves": facts}
