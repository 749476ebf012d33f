"""The generator of the bookings suite."""

from collections.abc import Callable
from typing import TypeAlias

from tests.consistency.bookings import member_operations, patient_operations
from tests.consistency.bookings.client_state import ClientState
from tests.consistency.harness.operations import Operation

OperationFactory: TypeAlias = Callable[[ClientState], Operation]

_ALWAYS: dict[OperationFactory, int] = {
    patient_operations.hold: 26,
    member_operations.create: 7,
    member_operations.list_appointments: 5,
    patient_operations.sweep: 1,
}
_WITH_HOLD: dict[OperationFactory, int] = {
    patient_operations.book: 18,
    patient_operations.book_twice: 10,
    patient_operations.release: 8,
    patient_operations.expire: 5,
}
_WITH_BOOKINGS: dict[OperationFactory, int] = {
    patient_operations.book_again: 6,
    patient_operations.book_otherwise: 2,
}
_WITH_TOKEN: dict[OperationFactory, int] = {patient_operations.reschedule: 12, patient_operations.cancel: 7}
_WITH_APPOINTMENTS: dict[OperationFactory, int] = {member_operations.acquire: 14}
_WITH_LOCK: dict[OperationFactory, int] = {
    member_operations.save: 40,
    member_operations.save_twice: 6,
    member_operations.restore: 10,
    member_operations.cancel: 14,
    member_operations.release: 10,
}


def next_operation(client: ClientState) -> Operation:
    """Choose an operation that makes sense to the client."""
    weights = dict(_ALWAYS)
    for has, more in (
        (client.holds, _WITH_HOLD),
        (client.booked, _WITH_BOOKINGS),
        (client.tokens, _WITH_TOKEN),
        (client.appointments, _WITH_APPOINTMENTS),
        (any(known.lock_id for known in client.appointments.values()), _WITH_LOCK),
    ):
        weights |= more if has else {}
    (factory,) = client.rng.choices(list(weights), list(weights.values()))
    return factory(client)
