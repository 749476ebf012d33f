"""One client: a process that does one thing after another until it is stopped, or killed."""

from datetime import timedelta
from pathlib import Path

from chalicelib.appointments.model.appointment import Appointment
from chalicelib.core.clock import to_ms
from chalicelib.core.http.errors import Problem
from chalicelib.scheduling.model.allocation import SlotTaken
from tests.consistency.bookings.client_state import ClientIdentity, ClientState
from tests.consistency.bookings.generator import next_operation
from tests.consistency.faults.client import SharedState, initialize_process, invoke, run_until_stopped
from tests.consistency.faults.operation_log import ALL_APPOINTMENTS, OperationLog
from tests.consistency.faults.operations import Operation, Payload
from tests.consistency.seed import seeded_random

# Shorter than the clocks leap, so that holds lapse then, whatever the machine can bear between two leaps.
HOLD_SECONDS = 30
_FORGET_RATE = 0.9
SHORT_TIMEOUTS = {"HOLD_SECONDS": str(HOLD_SECONDS)}


def run_client(seat: ClientIdentity, board: SharedState, folder: Path, endpoint: str) -> None:
    """Do one thing after another until the board says stop."""
    initialize_process(endpoint, seat.client, SHORT_TIMEOUTS)
    hand = ClientState(seat, seeded_random((seat.seed, seat.client, "bookings")))
    diary = OperationLog(folder / f"{seat.client}.jsonl")
    run_until_stopped(board, seat.worker, lambda: _run_operation(hand, board, diary))


def _run_operation(hand: ClientState, board: SharedState, diary: OperationLog) -> None:
    hand.read_clock(timedelta(milliseconds=board.clock_offset_ms.value))
    hand.number += 1
    deed = next_operation(hand)
    diary.log_invocation(
        number=hand.number,
        kind=deed.kind,
        appointment=deed.asked.get("appointmentId", ALL_APPOINTMENTS),
        asked=deed.asked,
        clock=to_ms(hand.now),
        skew=hand.identity.skew_ms,
    )
    outcome, told = invoke(deed, lambda problem: _rejection(hand, deed, problem))
    diary.log_completion(outcome, told)


def _forget_hold(hand: ClientState, deed: Operation) -> None:
    """Mostly forget a hold that is refused; sometimes go on as if it were there."""
    if hand.rng.random() < _FORGET_RATE:
        hold_id = deed.asked.get("holdId", deed.asked.get("draws"))
        hand.holds = [kept for kept in hand.holds if kept.form.hold_id != hold_id]


def _rejection(hand: ClientState, deed: Operation, problem: Problem) -> Payload:
    told: dict[str, object] = {"code": problem.code, "detail": problem.detail}
    if isinstance(problem, SlotTaken):
        told["collided"] = [
            {
                "owner": f"DOCTOR#{one.doctor_id}" if one.doctor_id else f"RESOURCE#{one.resource_id}",
                "start": to_ms(one.start),
                "end": to_ms(one.end),
                "state": one.state,
                "appointmentId": one.appointment_id,
            }
            for one in problem.extensions["collided"]  # type: ignore[attr-defined]
        ]
    if deed.kind == "hold" or problem.code in ("HOLD_EXPIRED", "NOT_FOUND"):
        _forget_hold(hand, deed)
    seen = hand.appointments.get(deed.asked.get("appointmentId", ""))
    if seen and problem.code == "LOCK_LOST":
        seen.lock_id = None
    current = problem.extensions.get("current")
    if seen and isinstance(current, Appointment):
        seen.version, seen.start = current.version, current.starts_at
    return told
