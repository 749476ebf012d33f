"""Concurrent requests for a lock: one wins, and each other gets the winner's lease as evidence."""

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
NEVER_LOCKED, RELEASED, EXPIRED = "never locked", "released", "lease expired"
# The rounds of each appointment: the first winner releases, the second lets its lease expire.
KINDS = (NEVER_LOCKED, RELEASED, EXPIRED)


@dataclass(frozen=True)
class Entrant:
    """A tab that requests every lock, with a clock error, so that no two leases end alike."""

    tenant: SeededTenant
    tab: Tab
    skew: timedelta


@dataclass(frozen=True)
class Attempt:
    """The result of one entrant in one round: the lock, or the evidence of the rejection."""

    tab: Tab
    won: Lock | None
    evidence: dict[str, object]


def acquire_in_each_round(entrant: Entrant, wait_at_barrier: BarrierWait) -> list[Attempt]:
    """Request the lock in each round, all at the same moment."""
    return [
        attempt
        for appointment in entrant.tenant.appointments
        for attempt in _rounds_on(appointment, entrant, wait_at_barrier)
    ]


def _rounds_on(appointment: str, entrant: Entrant, wait_at_barrier: BarrierWait) -> Iterator[Attempt]:
    for number, kind in enumerate(KINDS):
        # An hour is longer than any lease, so that the last round's lease has expired.
        clock = fixed_clock(START + timedelta(hours=number) + entrant.skew)
        wait_at_barrier()
        try:
            attempt = Attempt(entrant.tab, leases.acquire(entrant.tab, appointment, clock=clock), {})
        except Locked as refusal:
            attempt = Attempt(entrant.tab, None, refusal.extensions)
        wait_at_barrier()
        if attempt.won and attempt.won.lock_id and kind == NEVER_LOCKED:
            with suppress(Problem):  # two winners fail the test below
                leases.release(appointment, attempt.won.lock_id, clock=clock)
        yield attempt


@pytest.mark.parametrize("size", [2, 4, 8, 16, 32, 64])
def test_lock_race_has_one_winner_and_others_see_it(
    size: int, workers: WorkerPool, race_results: RaceResults
) -> None:
    tenant = workers.run_one(seed_tenant, APPOINTMENTS)
    # Each member has two tabs, so that some lose against themselves.
    tabs = [tenant.tab(f"member-{number // 2}", f"tab-{number}") for number in range(size)]
    entries = [Entrant(tenant, tab, timedelta(milliseconds=number)) for number, tab in enumerate(tabs)]

    rounds = list(zip(*workers.run_together(acquire_in_each_round, entries), strict=True))

    kinds = KINDS * APPOINTMENTS
    for kind, attempts in zip(kinds, rounds, strict=True):
        race_results.add(kind, size, sum(attempt.won is not None for attempt in attempts))
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
