"""The operations of the locks suite."""

from collections.abc import Iterator
from itertools import count

from chalicelib.accounts.model import LockPolicy
from chalicelib.appointments.service import appointments, saving
from chalicelib.core.dynamodb import keys
from chalicelib.locking.model import Lock, rules
from chalicelib.locking.service import admin, control, deadlines, leases
from chalicelib.locking.service import disconnect as absence
from tests.consistency.harness.operations import Operation, Payload
from tests.consistency.locks.client_state import LEASES, ClientState


def acquire(client: ClientState, appointment: str) -> Operation:
    """Acquire the lock."""
    expected, lease, suffix = (
        client.pick_expected_version(appointment),
        client.rng.choice(LEASES),
        _lock_id_suffix(client),
    )

    def invoke() -> Payload:
        return _remember_lock(
            client,
            leases.acquire(
                client.tab,
                appointment,
                expected_version=expected,
                clock=client.clock,
                ids=lambda: suffix,
                lease=lease,
            ),
        )

    return Operation(
        "acquire", {**_identity_fields(client), "draws": suffix, "expectedVersion": expected}, invoke, appointment
    )


def renew(client: ClientState, appointment: str) -> Operation:
    """Renew the lease."""
    lock_id, lease = client.pick_lock_id(appointment), client.rng.choice(LEASES)

    def invoke() -> Payload:
        return _remember_lock(
            client, leases.renew(client.principal, appointment, lock_id, clock=client.clock, lease=lease)
        )

    return Operation("renew", {**_identity_fields(client), "lockId": lock_id}, invoke, appointment)


def release(client: ClientState, appointment: str) -> Operation:
    """Release the lock, as a member or, like a closing page, by the lock id alone."""
    lock_id, expected = client.pick_lock_id(appointment), client.pick_expected_version(appointment)
    principal = client.principal if client.rng.random() < 0.5 else None

    def invoke() -> Payload:
        version = leases.release(
            appointment, lock_id, principal=principal, expected_version=expected, clock=client.clock
        )
        client.appointment(appointment).lock_version = version
        client.forget_lock(appointment)
        return {"version": version}

    user = client.principal.member_id if principal else None
    return Operation(
        "release", {"userId": user, "lockId": lock_id, "expectedVersion": expected}, invoke, appointment
    )


def save(client: ClientState, appointment: str) -> Operation:
    """Save the appointment. The notes name the operation, and the one that they replace."""
    lock_id, seen, operation_id = (
        client.pick_lock_id(appointment),
        client.appointment(appointment),
        client.operation_id,
    )
    version = seen.version - (client.rng.random() < 0.05)
    notes = f"{operation_id} after {seen.notes.partition(' ')[0]}"

    def invoke() -> Payload:
        saved = saving.save(
            client.principal,
            appointment,
            lock_id=lock_id,
            version=version,
            changes={"notes": notes},
            clock=client.clock,
        )
        seen.version, seen.notes = saved.version, notes
        return {"version": saved.version}

    request = {"userId": client.principal.member_id, "lockId": lock_id, "version": version, "notes": notes}
    return Operation("save", request, invoke, appointment)


def read(client: ClientState, appointment: str) -> Operation:
    """Read the appointment."""

    def invoke() -> Payload:
        found = appointments.get(client.principal, appointment, consistent=True)
        seen = client.appointment(appointment)
        seen.version, seen.notes = found.version, found.notes
        return {"version": found.version, "notes": found.notes}

    return Operation("read", {}, invoke, appointment)


def status(client: ClientState, appointment: str) -> Operation:
    """Read the lock's status."""

    def invoke() -> Payload:
        found = leases.status(client.principal, appointment, clock=client.clock)
        seen = client.appointment(appointment)
        seen.lock_version = found.version
        request = found.lock.control_request if found.lock else None
        seen.requested_by = request.user_id if request else None
        return {
            "version": found.version,
            "state": found.state,
            "holder": found.lock.user_id if found.lock else None,
        }

    return Operation("status", {"userId": client.principal.member_id}, invoke, appointment)


def take_over(client: ClientState, appointment: str) -> Operation:
    """Take the lock over, as an admin."""
    expected, lease, suffix = (
        _known_version(client, appointment),
        client.rng.choice(LEASES),
        _lock_id_suffix(client),
    )

    def invoke() -> Payload:
        return _remember_lock(
            client,
            admin.take_over(
                client.tab,
                appointment,
                reason=client.operation_id,
                expected_version=expected,
                clock=client.clock,
                ids=lambda: suffix,
                lease=lease,
            ),
        )

    return Operation(
        "take_over",
        {**_identity_fields(client), "draws": suffix, "expectedVersion": expected},
        invoke,
        appointment,
    )


def force_release(client: ClientState, appointment: str) -> Operation:
    """Force the release of the lock, as an admin."""
    expected = _known_version(client, appointment)

    def invoke() -> Payload:
        version = admin.force_release(
            client.principal,
            appointment,
            reason=client.operation_id,
            expected_version=expected,
            clock=client.clock,
        )
        return {"version": version}

    return Operation(
        "force_release", {**_identity_fields(client), "expectedVersion": expected}, invoke, appointment
    )


def move(client: ClientState, appointment: str) -> Operation:
    """Move the lock to this tab."""
    lease, suffix = client.rng.choice(LEASES), _lock_id_suffix(client)

    def invoke() -> Payload:
        return _remember_lock(
            client,
            leases.move(client.tab, appointment, clock=client.clock, ids=lambda: suffix, lease=lease),
        )

    return Operation("move", {**_identity_fields(client), "draws": suffix}, invoke, appointment)


def request(client: ClientState, appointment: str) -> Operation:
    """Request control."""
    policy = LockPolicy(on_timeout=client.rng.choice(("lapse", "grant")), admins_first=client.rng.random() < 0.5)

    def invoke() -> Payload:
        found = control.request_control(
            client.tab, appointment, message=client.operation_id, policy=policy, clock=client.clock
        )
        return {"version": found.version}

    return Operation("request", _identity_fields(client), invoke, appointment)


def withdraw(client: ClientState, appointment: str) -> Operation:
    """Withdraw the request."""

    def invoke() -> Payload:
        return {"version": control.withdraw_request(client.tab, appointment, clock=client.clock).version}

    return Operation("withdraw", _identity_fields(client), invoke, appointment)


def grant(client: ClientState, appointment: str) -> Operation:
    """Grant control to the first waiter."""
    response, suffix = _control_response(client, appointment), _lock_id_suffix(client)

    def invoke() -> Payload:
        found = control.grant(appointment, response, clock=client.clock, ids=lambda: suffix)
        client.forget_lock(appointment)
        return {"version": found.version, "lockId": found.lock.lock_id if found.lock else None}

    return Operation(
        "grant",
        {**_identity_fields(client), "lockId": response.lock_id, "to": response.member_id, "draws": suffix},
        invoke,
        appointment,
    )


def deny(client: ClientState, appointment: str) -> Operation:
    """Deny control to the first waiter."""
    response = _control_response(client, appointment)

    def invoke() -> Payload:
        return {"version": control.deny(appointment, response, clock=client.clock).version}

    return Operation(
        "deny",
        {**_identity_fields(client), "lockId": response.lock_id, "to": response.member_id},
        invoke,
        appointment,
    )


def disconnect(client: ClientState, appointment: str) -> Operation:
    """Disconnect, with this appointment open."""

    def invoke() -> Payload:
        absence.disconnect(client.tab, [appointment], clock=client.clock)
        return {}

    return Operation("disconnect", _identity_fields(client), invoke)


def reconnect(client: ClientState, appointment: str) -> Operation:
    """Connect again."""

    def invoke() -> Payload:
        absence.reconnect(client.tab, [appointment], clock=client.clock)
        return {}

    return Operation("reconnect", _identity_fields(client), invoke)


def apply_due_transition(client: ClientState, appointment: str) -> Operation:
    """Deliver a deadline's message, early, late or once more."""
    key, suffixes = keys.LockKey(client.identity.tenant_id, appointment), _lock_id_suffixes(client)

    def invoke() -> Payload:
        deadlines.apply_due_transitions(key, clock=client.clock, ids=lambda: next(suffixes))
        return {}

    return Operation("apply_due_transition", {}, invoke, appointment)


def sweep(client: ClientState, _: str) -> Operation:
    """Sweep all overdue locks."""
    suffixes = _lock_id_suffixes(client)

    def invoke() -> Payload:
        deadlines.sweep(clock=client.clock, ids=lambda: next(suffixes))
        return {}

    return Operation("sweep", {}, invoke)


def _lock_id_suffixes(client: ClientState) -> Iterator[str]:
    suffix = _lock_id_suffix(client)
    return (f"{suffix}_{number}" for number in count())


def _known_version(client: ClientState, appointment: str) -> int:
    return client.appointment(appointment).lock_version or 0


def _control_response(client: ClientState, appointment: str) -> rules.ControlResponse:
    waiter_id = client.appointment(appointment).requested_by if client.rng.random() < 0.5 else None
    return rules.ControlResponse(
        client.principal, client.pick_lock_id(appointment), waiter_id, client.operation_id
    )


def _identity_fields(client: ClientState) -> Payload:
    identity = client.identity
    return {"userId": identity.member_id, "sessionId": identity.tab_id, "role": identity.role}


def _lock_id_suffix(client: ClientState) -> str:
    """Return the end of a new lock id, so that its operation is known though its response was lost."""
    return client.operation_id.replace("/", "_")


def _remember_lock(client: ClientState, lock: Lock) -> Payload:
    client.remember_lock(lock.appointment_id, lock.lock_id or "", lock.version)
    return lock_payload(lock)


def lock_payload(lock: Lock) -> Payload:
    """Return what a client is shown of a lock."""
    return {
        "lockId": lock.lock_id,
        "version": lock.version,
        "userId": lock.user_id,
        "expiresAt": round(lock.expires_at.timestamp() * 1000),
    }
