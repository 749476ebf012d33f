"""One client: a process that does one thing after another until it is stopped, or killed."""

from datetime import timedelta
from pathlib import Path

from chalicelib.appointments.model import Appointment
from chalicelib.core.clock import to_ms
from chalicelib.core.errors import Problem
from chalicelib.scheduling.model.cells import SlotTaken
from tests.consistency.bookings.choice import choose
from tests.consistency.bookings.hand import Hand, Seat
from tests.consistency.faults.client import Board, keeps_on, moves_in, outcome_of
from tests.consistency.faults.deeds import Deed, Facts
from tests.consistency.faults.diary import EVERYWHERE, Diary
from tests.consistency.office import seeded

# Shorter than the clocks leap, so that holds lapse then, whatever the machine can bear between two leaps.
HOLD_SECONDS = 30
_FORGETS = 0.9
SHORT = {"HOLD_SECONDS": str(HOLD_SECONDS)}


def work(seat: Seat, board: Board, folder: Path, endpoint: str) -> None:
    """Do one thing after another until the board says stop."""
    moves_in(endpoint, seat.client, SHORT)
    hand = Hand(seat, seeded((seat.seed, seat.client, "bookings")))
    diary = Diary(folder / f"{seat.client}.jsonl")
    keeps_on(board, seat.seat, lambda: _do_one(hand, board, diary))


def _do_one(hand: Hand, board: Board, diary: Diary) -> None:
    hand.looks_at_clock(timedelta(milliseconds=board.leap_ms.value))
    hand.number += 1
    deed = choose(hand)
    diary.begins(
        number=hand.number,
        kind=deed.kind,
        appointment=deed.asked.get("appointmentId", EVERYWHERE),
        asked=deed.asked,
        clock=to_ms(hand.now),
        skew=hand.seat.skew_ms,
    )
    outcome, told = outcome_of(deed, lambda problem: _refusal(hand, deed, problem))
    diary.ends(outcome, told)


def _forgets(hand: Hand, deed: Deed) -> None:
    """Mostly forget a hold that is refused; sometimes go on as if it were there."""
    if hand.chance.random() < _FORGETS:
        hold_id = deed.asked.get("holdId", deed.asked.get("draws"))
        hand.holds = [kept for kept in hand.holds if kept.form.hold_id != hold_id]


def _refusal(hand: Hand, deed: Deed, problem: Problem) -> Facts:
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
            for one in problem.evidence["collided"]  # type: ignore[attr-defined]
        ]
    if deed.kind == "hold" or problem.code in ("HOLD_EXPIRED", "NOT_FOUND"):
        _forgets(hand, deed)
    seen = hand.seen.get(deed.asked.get("appointmentId", ""))
    if seen and problem.code == "LOCK_LOST":
        seen.lock_id = None
    current = problem.evidence.get("current")
    if seen and isinstance(current, Appointment):
        seen.version, seen.start = current.version, current.starts_at
    return told
