"""What members do: enter appointments, take the lock, move them and whatever else takes or gives back time."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.appointments.model.appointment import AppointmentForm, Changes, SavedAppointment
from chalicelib.appointments.service import appointments, revisions, saving
from chalicelib.core.clock import rfc3339
from chalicelib.core.http.schema import to_json, wire_name
from chalicelib.locking.service import leases
from tests.consistency.bookings.client_state import ClientState, KnownAppointment
from tests.consistency.bookings.patient_operations import at_once
from tests.consistency.faults.operations import Operation, Payload

_LEASE = timedelta(seconds=120)
_MAX_APPOINTMENTS = 12
_PAGE_SIZE = 8
_STATUSES = ("pending", "confirmed", "confirmed", "completed", "cancelled", "no_show")


def list_appointments(hand: ClientState) -> Operation:
    """Look at the calendar from some time on."""
    practice = hand.identity.tenant
    query = appointments.AppointmentsQuery(from_=hand.rng.choice(practice.starts()), limit=_PAGE_SIZE)

    def act() -> Payload:
        found = appointments.list_appointments(hand.principal, query).items
        for one in found:
            lock_id = hand.appointments[one.id].lock_id if one.id in hand.appointments else None
            hand.appointments[one.id] = KnownAppointment(
                one.version, one.doctor_id, one.starts_at, one.status, lock_id
            )
        _forget_oldest(hand)
        return {"found": len(found)}

    return Operation("look", {}, act)


def create(hand: ClientState) -> Operation:
    """Enter an appointment, at any minute and as long as one likes."""
    practice = hand.identity.tenant
    starts_at = _random_start(hand)
    ends_at = starts_at + timedelta(minutes=hand.rng.randint(5, 70)) if hand.rng.random() < 0.5 else None
    service = hand.rng.choice(practice.services)
    status: Any = hand.rng.choice(_STATUSES)
    form = AppointmentForm(
        hand.rng.choice(practice.doctors), service.id, hand.patient, starts_at, ends_at, status=status
    )

    def act() -> Payload:
        made = appointments.create(hand.principal, form, clock=hand.clock, ids=hand.ids())
        hand.appointments[made.id] = KnownAppointment(1, made.doctor_id, made.starts_at, made.status)
        return {"appointmentId": made.id, "version": made.version}

    asked = {
        "doctorId": form.doctor_id,
        "serviceId": service.id,
        "start": rfc3339(starts_at),
        "draws": hand.operation_id,
    }
    return Operation("enter", asked, act)


def acquire(hand: ClientState) -> Operation:
    """Press Edit."""
    appointment_id = hand.rng.choice(list(hand.appointments))

    def act() -> Payload:
        lock = leases.acquire(hand.tab, appointment_id, clock=hand.clock, lease=_LEASE)
        hand.appointments[appointment_id].lock_id = lock.lock_id
        found = appointments.get(hand.principal, appointment_id, consistent=True)
        seen = hand.appointments[appointment_id]
        seen.version, seen.start, seen.status = found.version, found.starts_at, found.status
        return {}

    return Operation("acquire", {"appointmentId": appointment_id}, act)


def release(hand: ClientState) -> Operation:
    """Press Done."""
    appointment_id, lock_id = _pick_locked(hand)

    def act() -> Payload:
        hand.appointments[appointment_id].lock_id = None
        leases.release(appointment_id, lock_id, principal=hand.principal, clock=hand.clock)
        return {}

    return Operation("let go", {"appointmentId": appointment_id}, act)


def save(hand: ClientState) -> Operation:
    """Save another time, doctor, service or status, or words."""
    appointment_id, lock_id = _pick_locked(hand)
    version = hand.appointments[appointment_id].version - (hand.rng.random() < 0.05)
    changes = _random_changes(hand, appointment_id)

    def act() -> Payload:
        return {"saves": [_save(hand, appointment_id, lock_id, version, changes)]}

    return Operation("save", _request(appointment_id, (version, changes)), act)


def save_twice(hand: ClientState) -> Operation:
    """Save twice without waiting for the first answer."""
    appointment_id, lock_id = _pick_locked(hand)
    version = hand.appointments[appointment_id].version
    starts_at = _random_start(hand)
    moved = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=20)}
    changes: list[Changes] = [{"notes": hand.operation_id}, moved]

    def act() -> Payload:
        saves = [
            partial(_save, hand, appointment_id, lock_id, version + number, one)
            for number, one in enumerate(changes)
        ]
        return {"saves": at_once(saves)}

    return Operation("save", _request(appointment_id, *enumerate(changes, version)), act)


def restore(hand: ClientState) -> Operation:
    """Bring an earlier version back."""
    appointment_id, lock_id = _pick_locked(hand)
    seen = hand.appointments[appointment_id]
    version, revision = seen.version, hand.rng.randint(1, max(1, seen.version - 1))

    def act() -> Payload:
        saved = revisions.restore(
            hand.principal, appointment_id, revision, lock_id=lock_id, version=version, clock=hand.clock
        )
        seen.version = saved.version
        return {"saves": [_save_payload(saved)]}

    return Operation("restore", {**_request(appointment_id, (version, {})), "revision": revision}, act)


def cancel(hand: ClientState) -> Operation:
    """Call it off."""
    appointment_id, lock_id = _pick_locked(hand)
    seen = hand.appointments[appointment_id]
    version = seen.version

    def act() -> Payload:
        saved = saving.cancel(
            hand.principal,
            appointment_id,
            lock_id=lock_id,
            version=version,
            reason=hand.operation_id,
            clock=hand.clock,
        )
        seen.version = saved.version
        return {"saves": [_save_payload(saved)]}

    return Operation("cancel", _request(appointment_id, (version, {"status": "cancelled"})), act)


def _save(hand: ClientState, appointment_id: str, lock_id: str, version: int, changes: Changes) -> Payload:
    saved = saving.save(
        hand.principal, appointment_id, lock_id=lock_id, version=version, changes=changes, clock=hand.clock
    )
    seen = hand.appointments[appointment_id]
    seen.version = max(seen.version, saved.version)
    return _save_payload(saved)


def _save_payload(saved: SavedAppointment) -> Payload:
    told: Payload = to_json(saved)
    return {name: told[name] for name in ("version", "doctorId", "serviceId", "startsAt", "endsAt", "status")
            if name in told}  # fmt: skip


def _random_changes(hand: ClientState, appointment_id: str) -> Changes:
    practice, seen = hand.identity.tenant, hand.appointments[appointment_id]
    kind = hand.rng.randrange(6)
    if kind == 0:
        return {"doctor_id": hand.rng.choice(practice.doctors)}
    if kind == 1:
        return {"service_id": hand.rng.choice(practice.services).id}
    if kind == 2:
        return {"status": hand.rng.choice(_STATUSES)}
    if kind == 3:
        return {"notes": hand.operation_id}
    if kind == 4:
        return {"ends_at": seen.start + timedelta(minutes=hand.rng.randint(1, 80))}
    starts_at = _random_start(hand)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=hand.rng.randint(10, 60))}


def _random_start(hand: ClientState) -> datetime:
    practice = hand.identity.tenant
    return practice.opens + timedelta(minutes=hand.rng.randrange(practice.hours * 60))


def _pick_locked(hand: ClientState) -> tuple[str, str]:
    locked = [(one, seen.lock_id) for one, seen in hand.appointments.items() if seen.lock_id]
    appointment_id, lock_id = hand.rng.choice(locked)
    return appointment_id, lock_id or ""


def _forget_oldest(hand: ClientState) -> None:
    spare = [one for one, seen in hand.appointments.items() if not seen.lock_id][:-_MAX_APPOINTMENTS]
    for one in spare:
        del hand.appointments[one]


def _request(appointment_id: str, *saves: tuple[int, Changes]) -> Payload:
    facts = [
        {"version": version, **{wire_name(name): to_json(value) for name, value in changes.items()}}
        for version, changes in saves
    ]
    return {"appointmentId": appointment_id, "saves": facts}
