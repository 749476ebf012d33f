"""A client of the locks suite."""

from pathlib import Path

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.core.http.errors import Problem
from chalicelib.locking.model import Lock, LockStatus
from tests.consistency.harness.client import Generator, SharedState
from tests.consistency.harness.client import run_client as run
from tests.consistency.harness.operations import Operation, Payload
from tests.consistency.locks.client_state import ClientIdentity, ClientState
from tests.consistency.locks.generator import next_operation
from tests.consistency.locks.operations import lock_payload

# As short as they can be set.
SHORT_TIMEOUTS = {"LOCK_GRACE_SECONDS": "1", "CONTROL_REQUEST_SECONDS": "1"}


def run_client(identity: ClientIdentity, shared: SharedState, folder: Path, endpoint: str) -> None:
    """Run operations until `shared.stop` is set."""
    generator = Generator(next_operation, _on_rejection, SHORT_TIMEOUTS)
    run(ClientState(identity, identity.rng()), generator, shared, folder, endpoint)


def _on_rejection(client: ClientState, operation: Operation, problem: Problem) -> Payload:
    response: Payload = {"code": problem.code}
    if operation.appointment is None:
        return response
    known = client.appointment(operation.appointment)
    if problem.code == "LOCK_LOST":
        client.forget_lock(operation.appointment)
    if isinstance(lock := problem.extensions.get("lock"), Lock):
        known.lock_version = lock.version
        response["lock"] = lock_payload(lock)
    current = problem.extensions.get("current")
    if isinstance(current, LockStatus):
        known.lock_version = current.version
        response["current"] = current.version
    elif isinstance(current, Appointment):
        known.version, known.notes = current.version, current.notes
        response["current"] = current.version
    return response
