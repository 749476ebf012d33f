"""A client of the bookings suite."""

from pathlib import Path

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.core.clock import to_ms
from chalicelib.core.http.errors import Problem
from chalicelib.scheduling.model.allocation import SlotTaken
from tests.consistency.bookings.client_state import ClientIdentity, ClientState
from tests.consistency.bookings.generator import next_operation
from tests.consistency.harness.client import Generator, SharedState
from tests.consistency.harness.client import run_client as run
from tests.consistency.harness.operations import Operation, Payload

# Shorter than a clock jump, so that holds expire then, however slow the machine is between two jumps.
HOLD_SECONDS = 30
SHORT_TIMEOUTS = {"HOLD_SECONDS": str(HOLD_SECONDS)}
_FORGET_RATE = 0.9


def run_client(identity: ClientIdentity, shared: SharedState, folder: Path, endpoint: str) -> None:
    """Run operations until `shared.stop` is set."""
    generator = Generator(next_operation, _on_rejection, SHORT_TIMEOUTS)
    run(ClientState(identity, identity.rng()), generator, shared, folder, endpoint)


def _on_rejection(client: ClientState, operation: Operation, problem: Problem) -> Payload:
    response: dict[str, object] = {"code": problem.code, "detail": problem.detail}
    if isinstance(problem, SlotTaken):
        response["collided"] = [
            {
                "owner": f"DOCTOR#{one.doctor_id}" if one.doctor_id else f"RESOURCE#{one.resource_id}",
                "start": to_ms(one.start),
                "end": to_ms(one.end),
                "state": one.state,
                "appointmentId": one.appointment_id,
            }
            for one in problem.extensions["collided"]  # type: ignore[attr-defined]
        ]
    if operation.kind == "hold" or problem.code in ("HOLD_EXPIRED", "NOT_FOUND"):
        _forget_hold(client, operation)
    known = client.appointments.get(operation.appointment or "")
    if known and problem.code == "LOCK_LOST":
        known.lock_id = None
    current = problem.extensions.get("current")
    if known and isinstance(current, Appointment):
        known.version, known.start = current.version, current.starts_at
    return response


def _forget_hold(client: ClientState, operation: Operation) -> None:
    """Mostly forget a rejected hold; sometimes continue with it."""
    if client.rng.random() < _FORGET_RATE:
        hold_id = operation.request.get("holdId", operation.request.get("draws"))
        client.holds = [hold for hold in client.holds if hold.form.hold_id != hold_id]
