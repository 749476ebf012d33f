"""The generator of the locks suite: mostly sensible operations, sometimes senseless ones."""

from collections.abc import Callable
from typing import TypeAlias

from tests.consistency.harness.operations import Operation
from tests.consistency.locks import operations
from tests.consistency.locks.client_state import ClientState

OperationFactory: TypeAlias = Callable[[ClientState, str], Operation]

# How often a client with locks continues with one of them.
_CONTINUE_RATE = 0.8
# Weights of operations, for a client that believes to hold the lock, and for others.
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
# How often a member tries an operation of admins.
_UNAUTHORISED_RATE = 0.03
_AS_ADMIN: dict[OperationFactory, int] = {operations.take_over: 15, operations.force_release: 10}


def next_operation(client: ClientState) -> Operation:
    """Choose an appointment and an operation."""
    held = [appointment for appointment, known in client.appointments.items() if known.lock_id]
    continues = held and client.rng.random() < _CONTINUE_RATE
    appointment = client.rng.choice(held if continues else client.identity.appointments)
    weights = _WITH_LOCK if client.appointment(appointment).lock_id else _WITHOUT_LOCK
    if client.identity.role == "admin" or client.rng.random() < _UNAUTHORISED_RATE:
        weights = weights | _AS_ADMIN
    (factory,) = client.rng.choices(list(weights), list(weights.values()))
    return factory(client, appointment)
