"""What a client can do: each deed says beforehand what it will ask, then asks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from chalicelib.accounts.model import LockPolicy
from chalicelib.appointments.service import appointments, saving
from chalicelib.core.dynamodb import keys
from chalicelib.locking.model import Lock, rules
from chalicelib.locking.service import admin, control, deadlines, leases
from chalicelib.locking.service import disconnect as absence
from tests.consistency.faults.client_state import LEASES, ClientState

Payload = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One use of a service: its kind, the facts that it asks with, and the asking, which returns what it was told.

    One that is done `everywhere` may change any appointment.
    """

    kind: str
    asked: Payload
    invoke: Callable[[], Payload]
    affects_all: bool = False


def acquire(hand: ClientState, appointment: str) -> Operation:
    """Press Edit."""
    expected, lease, secret = (
        hand.pick_expected_version(appointment),
        hand.rng.choice(LEASES),
        _lock_id_suffix(hand),
    )

    def act() -> Payload:
        return _remember_lock(
            hand,
            leases.acquire(
                hand.tab,
                appointment,
                expected_version=expected,
                clock=hand.clock,
                ids=lambda: secret,
                lease=lease,
            ),
        )

    return Operation("acquire", {**_identity_fields(hand), "draws": secret, "expectedVersion": expected}, act)


def renew(hand: ClientState, appointment: str) -> Operation:
    """Go on typing."""
    lock_id, lease = hand.pick_lock_id(appointment), hand.rng.choice(LEASES)

    def act() -> Payload:
        return _remember_lock(
            hand, leases.renew(hand.principal, appointment, lock_id, clock=hand.clock, lease=lease)
        )

    return Operation("renew", {**_identity_fields(hand), "lockId": lock_id}, act)


def release(hand: ClientState, appointment: str) -> Operation:
    """Press Done, or close the page, which can only send the lock id."""
    lock_id, expected = hand.pick_lock_id(appointment), hand.pick_expected_version(appointment)
    principal = hand.principal if hand.rng.random() < 0.5 else None

    def act() -> Payload:
        version = leases.release(
            appointment, lock_id, principal=principal, expected_version=expected, clock=hand.clock
        )
        hand.appointment(appointment).lock_version = version
        hand.forget_lock(appointment)
        return {"version": version}

    user = hand.principal.member_id if principal else None
    return Operation("release", {"userId": user, "lockId": lock_id, "expectedVersion": expected}, act)


def save(hand: ClientState, appointment: str) -> Operation:
    """Press Save. The notes name the deed and the notes that it replaces."""
    lock_id, seen, mark = hand.pick_lock_id(appointment), hand.appointment(appointment), hand.operation_id
    version = seen.version - (hand.rng.random() < 0.05)
    notes = f"{mark} after {seen.notes.partition(' ')[0]}"

    def act() -> Payload:
        saved = saving.save(
            hand.principal,
            appointment,
            lock_id=lock_id,
            version=version,
            changes={"notes": notes},
            clock=hand.clock,
        )
        seen.version, seen.notes = saved.version, notes
        return {"version": saved.version}

    asked = {"userId": hand.principal.member_id, "lockId": lock_id, "version": version, "notes": notes}
    return Operation("save", asked, act)


def read(hand: ClientState, appointment: str) -> Operation:
    """Open the appointment."""

    def act() -> Payload:
        found = appointments.get(hand.principal, appointment, consistent=True)
        seen = hand.appointment(appointment)
        seen.version, seen.notes = found.version, found.notes
        return {"version": found.version, "notes": found.notes}

    return Operation("read", {}, act)


def status(hand: ClientState, appointment: str) -> Operation:
    """Look at the lock."""

    def act() -> Payload:
        found = leases.status(hand.principal, appointment, clock=hand.clock)
        seen = hand.appointment(appointment)
        seen.lock_version = found.version
        asked = found.lock.control_request if found.lock else None
        seen.requested_by = asked.user_id if asked else None
        return {
            "version": found.version,
            "state": found.state,
            "holder": found.lock.user_id if found.lock else None,
        }

    return Operation("status", {"userId": hand.principal.member_id}, act)


def take_over(hand: ClientState, appointment: str) -> Operation:
    """Press Take over, as an admin."""
    expected, lease, secret = _known_version(hand, appointment), hand.rng.choice(LEASES), _lock_id_suffix(hand)

    def act() -> Payload:
        return _remember_lock(
            hand,
            admin.take_over(
                hand.tab,
                appointment,
                reason=hand.operation_id,
                expected_version=expected,
                clock=hand.clock,
                ids=lambda: secret,
                lease=lease,
            ),
        )

    return Operation("take_over", {**_identity_fields(hand), "draws": secret, "expectedVersion": expected}, act)


def force_release(hand: ClientState, appointment: str) -> Operation:
    """Press Free, as an admin."""
    expected = _known_version(hand, appointment)

    def act() -> Payload:
        version = admin.force_release(
            hand.principal, appointment, reason=hand.operation_id, expected_version=expected, clock=hand.clock
        )
        return {"version": version}

    return Operation("force_release", {**_identity_fields(hand), "expectedVersion": expected}, act)


def move(hand: ClientState, appointment: str) -> Operation:
    """Press Edit here, with the lock in another tab."""
    lease, secret = hand.rng.choice(LEASES), _lock_id_suffix(hand)

    def act() -> Payload:
        return _remember_lock(
            hand,
            leases.move(hand.tab, appointment, clock=hand.clock, ids=lambda: secret, lease=lease),
        )

    return Operation("move", {**_identity_fields(hand), "draws": secret}, act)


def request(hand: ClientState, appointment: str) -> Operation:
    """Press Ask for it."""
    policy = LockPolicy(on_timeout=hand.rng.choice(("lapse", "grant")), admins_first=hand.rng.random() < 0.5)

    def act() -> Payload:
        found = control.request_control(
            hand.tab, appointment, message=hand.operation_id, policy=policy, clock=hand.clock
        )
        return {"version": found.version}

    return Operation("request", _identity_fields(hand), act)


def withdraw(hand: ClientState, appointment: str) -> Operation:
    """Press Never mind."""

    def act() -> Payload:
        return {"version": control.withdraw_request(hand.tab, appointment, clock=hand.clock).version}

    return Operation("withdraw", _identity_fields(hand), act)


def grant(hand: ClientState, appointment: str) -> Operation:
    """Press Let them have it."""
    answer, secret = _control_response(hand, appointment), _lock_id_suffix(hand)

    def act() -> Payload:
        found = control.grant(appointment, answer, clock=hand.clock, ids=lambda: secret)
        hand.forget_lock(appointment)
        return {"version": found.version, "lockId": found.lock.lock_id if found.lock else None}

    return Operation(
        "grant", {**_identity_fields(hand), "lockId": answer.lock_id, "to": answer.member_id, "draws": secret}, act
    )


def deny(hand: ClientState, appointment: str) -> Operation:
    """Press Not now."""
    answer = _control_response(hand, appointment)

    def act() -> Payload:
        return {"version": control.deny(appointment, answer, clock=hand.clock).version}

    return Operation("deny", {**_identity_fields(hand), "lockId": answer.lock_id, "to": answer.member_id}, act)


def disconnect(hand: ClientState, appointment: str) -> Operation:
    """Lose the connection, with this appointment open."""

    def act() -> Payload:
        absence.disconnect(hand.tab, [appointment], clock=hand.clock)
        return {}

    return Operation("leave", _identity_fields(hand), act, affects_all=True)


def reconnect(hand: ClientState, appointment: str) -> Operation:
    """Get the connection again."""

    def act() -> Payload:
        absence.reconnect(hand.tab, [appointment], clock=hand.clock)
        return {}

    return Operation("come_back", _identity_fields(hand), act, affects_all=True)


def apply_due_transition(hand: ClientState, appointment: str) -> Operation:
    """Consume a timer's message, which may be early, late or a repetition."""
    key, secrets = keys.LockKey(hand.identity.tenant_id, appointment), _lock_id_suffixes(hand)

    def act() -> Payload:
        deadlines.apply_due_transitions(key, clock=hand.clock, ids=lambda: next(secrets))
        return {}

    return Operation("settle", {}, act)


def sweep(hand: ClientState, _: str) -> Operation:
    """Look for everything that is overdue."""
    secrets = _lock_id_suffixes(hand)

    def act() -> Payload:
        deadlines.sweep(clock=hand.clock, ids=lambda: next(secrets))
        return {}

    return Operation("sweep", {}, act, affects_all=True)


def _lock_id_suffixes(hand: ClientState) -> Iterator[str]:
    mark = _lock_id_suffix(hand)
    return (f"{mark}_{number}" for number in count())


def _known_version(hand: ClientState, appointment: str) -> int:
    return hand.appointment(appointment).lock_version or 0


def _control_response(hand: ClientState, appointment: str) -> rules.ControlResponse:
    asker = hand.appointment(appointment).requested_by if hand.rng.random() < 0.5 else None
    return rules.ControlResponse(hand.principal, hand.pick_lock_id(appointment), asker, hand.operation_id)


def _identity_fields(hand: ClientState) -> Payload:
    place = hand.identity
    return {"userId": place.member_id, "sessionId": place.tab_id, "role": place.role}


def _lock_id_suffix(hand: ClientState) -> str:
    """What a new lock id ends with, so that it can be told even if nobody was told it."""
    return hand.operation_id.replace("/", "_")


def _remember_lock(hand: ClientState, lock: Lock) -> Payload:
    hand.remember_lock(lock.appointment_id, lock.lock_id or "", lock.version)
    return lock_payload(lock)


def lock_payload(lock: Lock) -> Payload:
    """What a client can tell of a lock."""
    return {
        "lockId": lock.lock_id,
        "version": lock.version,
        "userId": lock.user_id,
        "expiresAt": round(lock.expires_at.timestamp() * 1000),
    }
