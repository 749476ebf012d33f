"""However many ask for a lock at once, one gets it, and every other is told who has it and until when."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.core.http.errors import Problem
from chalicelib.locking.model import Lock, Locked, Tab
from chalicelib.locking.service import leases
from tests.consistency.race_results import RaceResults
from tests.consistency.seed import START, SeededTenant, fixed_clock, seed_tenant
from tests.consistency.worker_pool import BarrierWait, WorkerPool

APPOINTMENTS = 20
NEVER_LOCKED, RELEASED, EXPIRED = "never locked", "released", "lease ran out"
# Each appointment's rounds: the first winner lets go, the second leaves its lease to run out.
KINDS = (NEVER_LOCKED, RELEASED, EXPIRED)


@dataclass(frozen=True)
class Contender:
    """A tab that asks for every lock. Its clock is off by `skew`, so that no two leases end alike."""

    room: SeededTenant
    tab: Tab
    skew: timedelta


@dataclass(frozen=True)
class Attempt:
    """What one contender got in one round: the lock, or the refusal's evidence."""

    tab: Tab
    won: Lock | None
    evidence: dict[str, object]


def acquire_in_each_round(contender: Contender, line_up: BarrierWait) -> list[Attempt]:
    """Ask in every round, all on one line."""
    return [
        attempt
        for appointment in contender.room.appointments
        for attempt in _rounds_on(appointment, contender, line_up)
    ]


def _rounds_on(appointment: str, contender: Contender, line_up: BarrierWait) -> Iterator[Attempt]:
    for number, kind in enumerate(KINDS):
        # An hour is longer than any lease: whatever the round before left behind has run out by now.
        clock = fixed_clock(START + timedelta(hours=number) + contender.skew)
        line_up()
        try:
            attempt = Attempt(contender.tab, leases.acquire(contender.tab, appointment, clock=clock), {})
        except Locked as refusal:
            attempt = Attempt(contender.tab, None, refusal.extensions)
        line_up()
        if attempt.won and attempt.won.lock_id and kind == NEVER_LOCKED:
            with suppress(Problem):  # if two have won, that is what the test has to say
                leases.release(appointment, attempt.won.lock_id, clock=clock)
        yield attempt


@pytest.mark.parametrize("size", [2, 4, 8, 16, 32, 64])
def test_one_contender_wins_and_every_other_is_told_who_did(
    size: int, contenders: WorkerPool, scoreboard: RaceResults
) -> None:
    room = contenders.run_one(seed_tenant, APPOINTMENTS)
    # Every member has two tabs, so that some lose against themselves.
    tabs = [room.tab(f"member-{number // 2}", f"tab-{number}") for number in range(size)]
    entries = [Contender(room, tab, timedelta(milliseconds=number)) for number, tab in enumerate(tabs)]

    rounds = list(zip(*contenders.run_together(acquire_in_each_round, entries), strict=True))

    kinds = KINDS * APPOINTMENTS
    for kind, attempts in zip(kinds, rounds, strict=True):
        scoreboard.add(kind, size, sum(attempt.won is not None for attempt in attempts))
    winners = [_only_winner(attempts) for attempts in rounds]
    for winner, attempts in zip(winners, rounds, strict=True):
        for loser in attempts:
            assert loser.won or loser.evidence == _evidence(winner, loser.tab)
    for earlier, later in pairwise(winners):
        assert earlier.appointment_id != later.appointment_id or earlier.version < later.version


def _only_winner(attempts: tuple[Attempt, ...]) -> Lock:
    winners = [attempt.won for attempt in attempts if attempt.won]
    assert len(winners) == 1, f"{len(winners)} of {len(attempts)} have won"
    return winners[0]


def _evidence(winner: Lock, loser: Tab) -> dict[str, object]:
    viewer = loser.principal.member_id
    return {"lock": winner.redacted_for(viewer, loser.tab_id), "sameUser": viewer == winner.user_id}
