"""What a client does next: mostly what makes sense to it, sometimes what does not."""

from collections.abc import Callable
from typing import TypeAlias

from tests.consistency.faults import operations
from tests.consistency.faults.client_state import ClientState
from tests.consistency.faults.operations import Operation

OperationFactory: TypeAlias = Callable[[ClientState, str], Operation]

# How often a client that holds locks goes on with one of them.
_CONTINUE_RATE = 0.8
# Weights by deed, for a client that believes to hold the lock, and for one that does not.
_WITH_LOCK: dict[OperationFactory, int] = {
    operations.save: 30,
    operations.renew: 14,
    operations.release: 14,
    operations.read: 10,
    operations.status: 5,
    operations.grant: 8,
    operations.deny: 5,
    operations.acquire: 3,
    operations.disconnect: 2,
    operations.reconnect: 1,
}
_WITHOUT_LOCK: dict[OperationFactory, int] = {
    operations.acquire: 50,
    operations.request: 14,
    operations.status: 10,
    operations.apply_due_transition: 8,
    operations.move: 5,
    operations.save: 4,
    operations.read: 4,
    operations.withdraw: 3,
    operations.renew: 2,
    operations.release: 2,
    operations.reconnect: 2,
    operations.sweep: 1,
}
# How often somebody who is none tries what is an admin's.
_UNAUTHORISED_RATE = 0.03
_AS_ADMIN: dict[OperationFactory, int] = {operations.take_over: 15, operations.force_release: 10}


def next_operation(hand: ClientState) -> tuple[str, Operation]:
    """The next appointment and deed."""
    held = [appointment for appointment, seen in hand.appointments.items() if seen.lock_id]
    continues = held and hand.rng.random() < _CONTINUE_RATE
    appointment = hand.rng.choice(held if continues else hand.identity.appointments)
    weights = _WITH_LOCK if hand.appointment(appointment).lock_id else _WITHOUT_LOCK
    if hand.identity.role == "admin" or hand.rng.random() < _UNAUTHORISED_RATE:
        weights = weights | _AS_ADMIN
    (factory,) = hand.rng.choices(list(weights), list(weights.values()))
    return appointment, factory(hand, appointment)
