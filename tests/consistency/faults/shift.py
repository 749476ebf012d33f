"""A shift: clients at their seats, replaced as they are killed, until enough has been done."""

import multiprocessing
import random
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from tests.consistency.faults.aftermath import remember_removed
from tests.consistency.faults.backroom import Backroom
from tests.consistency.faults.client import Board, work
from tests.consistency.faults.fate import Rates
from tests.consistency.faults.hand import Place
from tests.consistency.faults.oblivion import Oblivion
from tests.consistency.faults.seats import Seats
from tests.consistency.office import Room, seeded

MOST_SKEW_MS = 5000
# Longer than a free lock's item is kept.
LEAP = timedelta(days=31)


@dataclass(frozen=True)
class Plan:
    """How much is done by how many, and with how much bad luck."""

    seed: int
    operations: int = 10_000
    seats: int = 12
    members: int = 5
    appointments: int = 8
    rates: Rates = field(default_factory=Rates)

    @property
    def leaps(self) -> int:
        """How often a month passes."""
        return max(3, self.operations // 5000)


@dataclass
class Shift:
    """The clients of one run."""

    plan: Plan
    room: Room
    endpoint: str
    folder: Path
    context: ForkServerContext
    oblivion: Oblivion
    backroom: Backroom

    def __post_init__(self) -> None:
        self.board = Board.for_seats(self.plan.seats)
        self._seats = Seats(self.board, self._hire)

    @property
    def kills(self) -> int:
        """How many clients have died."""
        return self._seats.kills

    @property
    def leap(self) -> timedelta:
        """How far the clocks have leapt so far."""
        return timedelta(milliseconds=self.board.leap_ms.value)

    def runs(self) -> None:
        """Until as many operations have ended as planned."""
        plan = self.plan
        milestones = [plan.operations * (leap + 1) // (plan.leaps + 1) for leap in range(plan.leaps)]
        with self._seats.taken():
            for milestone in milestones:
                self._seats.until_done(milestone)
                self._a_month_passes()
            self._seats.until_done(plan.operations)

    def _a_month_passes(self) -> None:
        """The practice closes. What nobody touched for long is forgotten, partly while work begins again."""
        board = self.board
        board.closed.value = 1
        self._seats.until_idle()
        board.leap_ms.value += round(LEAP / timedelta(milliseconds=1))
        forgotten = self.oblivion.due(self.leap)
        removed = self.oblivion.removes(forgotten[::2])
        board.closed.value = 0
        removed += self.oblivion.removes(forgotten[1::2])
        # Late: some locks have been made anew by now.
        self.backroom.does(remember_removed, removed)

    def _hire(self, seat: int, incarnation: int) -> ForkServerProcess:
        place = self._place(seat, incarnation)
        return self.context.Process(target=work, args=(place, self.board, self.folder, self.endpoint))

    def _place(self, seat: int, incarnation: int) -> Place:
        plan = self.plan
        chance = seeded((plan.seed, seat, incarnation, "place"))
        tab = 0 if chance.random() < 0.5 else incarnation
        member = seat % plan.members
        return Place(
            seat=seat,
            incarnation=incarnation,
            seed=plan.seed,
            tenant_id=self.room.tenant_id,
            user=f"member-{member}",
            role="admin" if member == 0 else "staff",
            session=f"tab-{seat:04d}-{tab:07d}",
            skew_ms=chance.choice((0, _skew(chance) // 10, _skew(chance))),
            appointments=tuple(self.room.appointments),
        )


def _skew(chance: random.Random) -> int:
    return chance.randint(-MOST_SKEW_MS, MOST_SKEW_MS)


def forking() -> ForkServerContext:
    """Processes that start from a clean one, which has everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.consistency.warm"])
    return context
