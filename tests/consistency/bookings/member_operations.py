"""Operations of members on appointments, as far as they allocate or free time."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.appointments.model.appointment import AppointmentForm, Changes, SavedAppointment
from chalicelib.appointments.service import appointments, creation, revisions, saving
from chalicelib.core.clock import rfc3339
from chalicelib.core.http.schema import to_json, wire_name
from chalicelib.locking.service import leases
from tests.consistency.bookings.client_state import ClientState, KnownAppointment
from tests.consistency.bookings.patient_operations import run_concurrently
from tests.consistency.harness.operations import Operation, Payload

_LEASE = timedelta(seconds=120)
_MAX_APPOINTMENTS = 12
_PAGE_SIZE = 8
_STATUSES = ("pending", "confirmed", "confirmed", "completed", "cancelled", "no_show")


def list_appointments(client: ClientState) -> Operation:
    """List the appointments from some time on."""
    tenant = client.identity.tenant
    query = appointments.AppointmentsQuery(from_=client.rng.choice(tenant.starts()), limit=_PAGE_SIZE)

    def invoke() -> Payload:
        found = appointments.list_appointments(client.principal, query).items
        for one in found:
            lock_id = client.appointments[one.id].lock_id if one.id in client.appointments else None
            client.appointments[one.id] = KnownAppointment(
                one.version, one.doctor_id, one.starts_at, one.status, lock_id
            )
        _forget_oldest(client)
        return {"found": len(found)}

    return Operation("list", {}, invoke)


def create(client: ClientState) -> Operation:
    """Create an appointment at any minute, of any length."""
    tenant = client.identity.tenant
    starts_at = _random_start(client)
    ends_at = starts_at + timedelta(minutes=client.rng.randint(5, 70)) if client.rng.random() < 0.5 else None
    service = client.rng.choice(tenant.services)
    status: Any = client.rng.choice(_STATUSES)
    form = AppointmentForm(
        client.rng.choice(tenant.doctors), service.id, client.patient, starts_at, ends_at, status=status
    )

    def invoke() -> Payload:
        made = creation.create(client.principal, form, clock=client.clock, ids=client.ids())
        client.appointments[made.id] = KnownAppointment(1, made.doctor_id, made.starts_at, made.status)
        return {"appointmentId": made.id, "version": made.version}

    request = {
        "doctorId": form.doctor_id,
        "serviceId": service.id,
        "start": rfc3339(starts_at),
        "draws": client.operation_id,
    }
    return Operation("create", request, invoke)


def acquire(client: ClientState) -> Operation:
    """Acquire the lock."""
    appointment_id = client.rng.choice(list(client.appointments))

    def invoke() -> Payload:
        lock = leases.acquire(client.tab, appointment_id, clock=client.clock, lease=_LEASE)
        client.appointments[appointment_id].lock_id = lock.lock_id
        found = appointments.get(client.principal, appointment_id, consistent=True)
        known = client.appointments[appointment_id]
        known.version, known.start, known.status = found.version, found.starts_at, found.status
        return {}

    return Operation("acquire", {"appointmentId": appointment_id}, invoke, appointment_id)


def release(client: ClientState) -> Operation:
    """Release the lock."""
    appointment_id, lock_id = _pick_locked(client)

    def invoke() -> Payload:
        client.appointments[appointment_id].lock_id = None
        leases.release(appointment_id, lock_id, principal=client.principal, clock=client.clock)
        return {}

    return Operation("release lock", {"appointmentId": appointment_id}, invoke, appointment_id)


def save(client: ClientState) -> Operation:
    """Save another time, doctor, service, status or note."""
    appointment_id, lock_id = _pick_locked(client)
    version = client.appointments[appointment_id].version - (client.rng.random() < 0.05)
    changes = _random_changes(client, appointment_id)

    def invoke() -> Payload:
        return {"saves": [_save(client, appointment_id, lock_id, version, changes)]}

    return Operation("save", _request(appointment_id, (version, changes)), invoke, appointment_id)


def save_twice(client: ClientState) -> Operation:
    """Save twice without waiting for the first response."""
    appointment_id, lock_id = _pick_locked(client)
    version = client.appointments[appointment_id].version
    starts_at = _random_start(client)
    moved = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=20)}
    changes: list[Changes] = [{"notes": client.operation_id}, moved]

    def invoke() -> Payload:
        saves = [
            partial(_save, client, appointment_id, lock_id, version + number, one)
            for number, one in enumerate(changes)
        ]
        return {"saves": run_concurrently(saves)}

    return Operation("save", _request(appointment_id, *enumerate(changes, version)), invoke, appointment_id)


def restore(client: ClientState) -> Operation:
    """Restore an earlier version."""
    appointment_id, lock_id = _pick_locked(client)
    known = client.appointments[appointment_id]
    version, revision = known.version, client.rng.randint(1, max(1, known.version - 1))

    def invoke() -> Payload:
        saved = revisions.restore(
            client.principal, appointment_id, revision, lock_id=lock_id, version=version, clock=client.clock
        )
        known.version = saved.version
        return {"saves": [_save_payload(saved)]}

    return Operation(
        "restore", {**_request(appointment_id, (version, {})), "revision": revision}, invoke, appointment_id
    )


def cancel(client: ClientState) -> Operation:
    """Cancel the appointment."""
    appointment_id, lock_id = _pick_locked(client)
    known = client.appointments[appointment_id]
    version = known.version

    def invoke() -> Payload:
        saved = saving.cancel(
            client.principal,
            appointment_id,
            lock_id=lock_id,
            version=version,
            reason=client.operation_id,
            clock=client.clock,
        )
        known.version = saved.version
        return {"saves": [_save_payload(saved)]}

    return Operation(
        "cancel", _request(appointment_id, (version, {"status": "cancelled"})), invoke, appointment_id
    )


def _save(client: ClientState, appointment_id: str, lock_id: str, version: int, changes: Changes) -> Payload:
    saved = saving.save(
        client.principal, appointment_id, lock_id=lock_id, version=version, changes=changes, clock=client.clock
    )
    known = client.appointments[appointment_id]
    known.version = max(known.version, saved.version)
    return _save_payload(saved)


def _save_payload(saved: SavedAppointment) -> Payload:
    response: Payload = to_json(saved)
    return {name: response[name] for name in ("version", "doctorId", "serviceId", "startsAt", "endsAt", "status")
            if name in response}  # fmt: skip


def _random_changes(client: ClientState, appointment_id: str) -> Changes:
    tenant, known = client.identity.tenant, client.appointments[appointment_id]
    kind = client.rng.randrange(6)
    if kind == 0:
        return {"doctor_id": client.rng.choice(tenant.doctors)}
    if kind == 1:
        return {"service_id": client.rng.choice(tenant.services).id}
    if kind == 2:
        return {"status": client.rng.choice(_STATUSES)}
    if kind == 3:
        return {"notes": client.operation_id}
    if kind == 4:
        return {"ends_at": known.start + timedelta(minutes=client.rng.randint(1, 80))}
    starts_at = _random_start(client)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=client.rng.randint(10, 60))}


def _random_start(client: ClientState) -> datetime:
    tenant = client.identity.tenant
    return tenant.opens + timedelta(minutes=client.rng.randrange(tenant.hours * 60))


def _pick_locked(client: ClientState) -> tuple[str, str]:
    locked = [(one, known.lock_id) for one, known in client.appointments.items() if known.lock_id]
    appointment_id, lock_id = client.rng.choice(locked)
    return appointment_id, lock_id or ""


def _forget_oldest(client: ClientState) -> None:
    spare = [one for one, known in client.appointments.items() if not known.lock_id][:-_MAX_APPOINTMENTS]
    for one in spare:
        del client.appointments[one]


def _request(appointment_id: str, *saves: tuple[int, Changes]) -> Payload:
    facts = [
        {"version": version, **{wire_name(name): to_json(value) for name, value in changes.items()}}
        for version, changes in saves
    ]
    return {"appointmentId": appointment_id, "saves": facts}
