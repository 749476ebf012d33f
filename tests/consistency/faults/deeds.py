"""What a client can do: each deed says beforehand what it will ask, then asks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from chalicelib.accounts.model import LockPolicy
from chalicelib.appointments.service import record, saving
from chalicelib.core import keys
from chalicelib.locking.model import Lock, rules
from chalicelib.locking.service import absence, commands, deadlines, holding, waiting
from tests.consistency.faults.hand import LEASES, Hand

Facts = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """One use of a service: its kind, the facts that it asks with, and the asking, which returns what it was told.

    One that is done `everywhere` may change any appointment.
    """

    kind: str
    asked: Facts
    act: Callable[[], Facts]
    everywhere: bool = False


def acquire(hand: Hand, appointment: str) -> Deed:
    """Press Edit."""
    expected, lease, secret = hand.expected_version(appointment), hand.chance.choice(LEASES), _secret(hand)

    def act() -> Facts:
        return _taken(
            hand,
            holding.acquire(
                hand.tab,
                appointment,
                expected_version=expected,
                clock=hand.clock,
                ids=lambda: secret,
                lease=lease,
            ),
        )

    return Deed("acquire", {**_who(hand), "draws": secret, "expectedVersion": expected}, act)


def renew(hand: Hand, appointment: str) -> Deed:
    """Go on typing."""
    lock_id, lease = hand.lock_id(appointment), hand.chance.choice(LEASES)

    def act() -> Facts:
        return _taken(hand, holding.renew(hand.principal, appointment, lock_id, clock=hand.clock, lease=lease))

    return Deed("renew", {**_who(hand), "lockId": lock_id}, act)


def release(hand: Hand, appointment: str) -> Deed:
    """Press Done, or close the page, which can only send the lock id."""
    lock_id, expected = hand.lock_id(appointment), hand.expected_version(appointment)
    principal = hand.principal if hand.chance.random() < 0.5 else None

    def act() -> Facts:
        version = holding.release(
            appointment, lock_id, principal=principal, expected_version=expected, clock=hand.clock
        )
        hand.knows(appointment).lock_version = version
        hand.loses(appointment)
        return {"version": version}

    user = hand.principal.user_id if principal else None
    return Deed("release", {"userId": user, "lockId": lock_id, "expectedVersion": expected}, act)


def save(hand: Hand, appointment: str) -> Deed:
    """Press Save. The notes name the deed and the notes that it replaces."""
    lock_id, seen, mark = hand.lock_id(appointment), hand.knows(appointment), hand.mark
    version = seen.version - (hand.chance.random() < 0.05)
    notes = f"{mark} after {seen.notes.partition(' ')[0]}"

    def act() -> Facts:
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

    asked = {"userId": hand.principal.user_id, "lockId": lock_id, "version": version, "notes": notes}
    return Deed("save", asked, act)


def read(hand: Hand, appointment: str) -> Deed:
    """Open the appointment."""

    def act() -> Facts:
        found = record.get(hand.principal, appointment, consistent=True)
        seen = hand.knows(appointment)
        seen.version, seen.notes = found.version, found.notes
        return {"version": found.version, "notes": found.notes}

    return Deed("read", {}, act)


def status(hand: Hand, appointment: str) -> Deed:
    """Look at the lock."""

    def act() -> Facts:
        found = holding.status(hand.principal, appointment, clock=hand.clock)
        seen = hand.knows(appointment)
        seen.lock_version = found.version
        asked = found.lock.control_request if found.lock else None
        seen.asked_by = asked.user_id if asked else None
        return {
            "version": found.version,
            "state": found.state,
            "holder": found.lock.user_id if found.lock else None,
        }

    return Deed("status", {"userId": hand.principal.user_id}, act)


def take_over(hand: Hand, appointment: str) -> Deed:
    """Press Take over, as an admin."""
    expected, lease, secret = _seen_version(hand, appointment), hand.chance.choice(LEASES), _secret(hand)

    def act() -> Facts:
        return _taken(
            hand,
            commands.take_over(
                hand.tab,
                appointment,
                reason=hand.mark,
                expected_version=expected,
                clock=hand.clock,
                ids=lambda: secret,
                lease=lease,
            ),
        )

    return Deed("take_over", {**_who(hand), "draws": secret, "expectedVersion": expected}, act)


def force_release(hand: Hand, appointment: str) -> Deed:
    """Press Free, as an admin."""
    expected = _seen_version(hand, appointment)

    def act() -> Facts:
        version = commands.force_release(
            hand.principal, appointment, reason=hand.mark, expected_version=expected, clock=hand.clock
        )
        return {"version": version}

    return Deed("force_release", {**_who(hand), "expectedVersion": expected}, act)


def move(hand: Hand, appointment: str) -> Deed:
    """Press Edit here, with the lock in another tab."""
    lease, secret = hand.chance.choice(LEASES), _secret(hand)

    def act() -> Facts:
        return _taken(
            hand,
            holding.move(hand.tab, appointment, clock=hand.clock, ids=lambda: secret, lease=lease),
        )

    return Deed("move", {**_who(hand), "draws": secret}, act)


def request(hand: Hand, appointment: str) -> Deed:
    """Press Ask for it."""
    policy = LockPolicy(on_timeout=hand.chance.choice(("lapse", "grant")), admins_first=hand.chance.random() < 0.5)

    def act() -> Facts:
        found = waiting.request(hand.tab, appointment, message=hand.mark, policy=policy, clock=hand.clock)
        return {"version": found.version}

    return Deed("request", _who(hand), act)


def withdraw(hand: Hand, appointment: str) -> Deed:
    """Press Never mind."""

    def act() -> Facts:
        return {"version": waiting.withdraw(hand.tab, appointment, clock=hand.clock).version}

    return Deed("withdraw", _who(hand), act)


def grant(hand: Hand, appointment: str) -> Deed:
    """Press Let them have it."""
    answer, secret = _answer(hand, appointment), _secret(hand)

    def act() -> Facts:
        found = waiting.grant(appointment, answer, clock=hand.clock, ids=lambda: secret)
        hand.loses(appointment)
        return {"version": found.version, "lockId": found.lock.lock_id if found.lock else None}

    return Deed("grant", {**_who(hand), "lockId": answer.lock_id, "to": answer.user_id, "draws": secret}, act)


def deny(hand: Hand, appointment: str) -> Deed:
    """Press Not now."""
    answer = _answer(hand, appointment)

    def act() -> Facts:
        return {"version": waiting.deny(appointment, answer, clock=hand.clock).version}

    return Deed("deny", {**_who(hand), "lockId": answer.lock_id, "to": answer.user_id}, act)


def leave(hand: Hand, appointment: str) -> Deed:
    """Lose the connection, with this appointment open."""

    def act() -> Facts:
        absence.leave(hand.tab, [appointment], clock=hand.clock)
        return {}

    return Deed("leave", _who(hand), act, everywhere=True)


def come_back(hand: Hand, appointment: str) -> Deed:
    """Get the connection again."""

    def act() -> Facts:
        absence.come_back(hand.tab, [appointment], clock=hand.clock)
        return {}

    return Deed("come_back", _who(hand), act, everywhere=True)


def settle(hand: Hand, appointment: str) -> Deed:
    """Consume a timer's message, which may be early, late or a repetition."""
    partition, secrets = keys.appointment(hand.place.tenant_id, appointment), _several(hand)

    def act() -> Facts:
        deadlines.settle(partition, clock=hand.clock, ids=lambda: next(secrets))
        return {}

    return Deed("settle", {}, act)


def sweep(hand: Hand, _: str) -> Deed:
    """Look for everything that is overdue."""
    secrets = _several(hand)

    def act() -> Facts:
        deadlines.sweep(clock=hand.clock, ids=lambda: next(secrets))
        return {}

    return Deed("sweep", {}, act, everywhere=True)


def _several(hand: Hand) -> Iterator[str]:
    mark = _secret(hand)
    return (f"{mark}_{number}" for number in count())


def _seen_version(hand: Hand, appointment: str) -> int:
    return hand.knows(appointment).lock_version or 0


def _answer(hand: Hand, appointment: str) -> rules.Answer:
    asker = hand.knows(appointment).asked_by if hand.chance.random() < 0.5 else None
    return rules.Answer(hand.principal, hand.lock_id(appointment), asker, hand.mark)


def _who(hand: Hand) -> Facts:
    place = hand.place
    return {"userId": place.user, "sessionId": place.session, "role": place.role}


def _secret(hand: Hand) -> str:
    """What a new lock id ends with, so that it can be told even if nobody was told it."""
    return hand.mark.replace("/", "_")


def _taken(hand: Hand, lock: Lock) -> Facts:
    hand.takes(lock.appointment_id, lock.lock_id or "", lock.version)
    return lock_facts(lock)


def lock_facts(lock: Lock) -> Facts:
    """What a client can tell of a lock."""
    return {
        "lockId": lock.lock_id,
        "version": lock.version,
        "userId": lock.user_id,
        "expiresAt": round(lock.expires_at.timestamp() * 1000),
    }
