"""Renewals, releases, saves and acquisitions of one lock in the same moments: never two live holders."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.appointments.service import appointments, saving
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import Problem
from chalicelib.locking.model import Tab
from chalicelib.locking.service import leases
from tests.consistency.seed import seed_tenant, seeded_random
from tests.consistency.table_reader import Fields, TableReader
from tests.consistency.worker_pool import BarrierWait, WorkerPool

TURNS = 30
LEASES = (timedelta(milliseconds=20), timedelta(seconds=30))


@dataclass
class Hand:
    """One of several hands on one tab: they share its lock id, so each renews and frees the others' lock."""

    name: str
    tab: Tab
    appointment: str
    chance: random.Random
    saved: list[str] = field(default_factory=list)

    @property
    def lock_id(self) -> str:
        return f"{self.tab.principal.tenant_id}.{self.tab.tab_id}"

    def acquires(self) -> None:
        lease = self.chance.choice(LEASES)
        leases.acquire(self.tab, self.appointment, ids=lambda: self.tab.tab_id, lease=lease)

    def renews(self) -> None:
        lease = self.chance.choice(LEASES)
        leases.renew(self.tab.principal, self.appointment, self.lock_id, lease=lease)

    def releases(self) -> None:
        leases.release(self.appointment, self.lock_id)

    def saves(self) -> None:
        """Add a line to the notes as they are now."""
        principal, line = self.tab.principal, f"{self.name} {len(self.saved)}"
        seen = appointments.get(principal, self.appointment, consistent=True)
        saving.save(
            principal,
            self.appointment,
            lock_id=self.lock_id,
            version=seen.version,
            changes={"notes": f"{seen.notes}{line}\n"},
        )
        self.saved.append(line)


@dataclass(frozen=True)
class Doings:
    """What came of one hand's deeds, and the lines that were saved."""

    outcomes: Counter[tuple[str, str]]
    saved: list[str]


def scramble(hand: Hand, _: BarrierWait) -> Doings:
    """Do anything in any order."""
    deeds: tuple[Callable[[], None], ...] = (hand.acquires, hand.renews, hand.releases, hand.saves)
    outcomes = Counter[tuple[str, str]]()
    for _turn in range(TURNS):
        deed = hand.chance.choice(deeds)
        try:
            deed()
        except Problem as problem:
            outcomes[deed.__name__, problem.code] += 1
        else:
            outcomes[deed.__name__, "done"] += 1
    return Doings(outcomes, hand.saved)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_lock_passes_on_only_when_it_is_free_or_its_lease_has_ended(
    seed: int, contenders: WorkerPool, ledger: TableReader
) -> None:
    _assert_never_two_holders(contenders, ledger, seed, hands=16)


def test_a_database_that_is_busy_with_other_transactions_changes_nothing(
    contenders_on_busy_database: WorkerPool, ledger: TableReader
) -> None:
    _assert_never_two_holders(contenders_on_busy_database, ledger, seed=3, hands=8)


def _assert_never_two_holders(contenders: WorkerPool, ledger: TableReader, seed: int, hands: int) -> None:
    room = contenders.run_one(seed_tenant, 1)
    (appointment,) = room.appointments
    tabs = [room.tab(f"member-{number}", f"tab-{number}") for number in range(hands // 4)] * 4
    everyone = [
        Hand(f"hand-{number}", tab, appointment, seeded_random((seed, number))) for number, tab in enumerate(tabs)
    ]

    doings = contenders.run_together(scramble, everyone)

    outcomes = sum((each.outcomes for each in doings), Counter[tuple[str, str]]())
    done = {deed for deed, outcome in outcomes if outcome == "done"}
    assert done == {"acquires", "renews", "releases", "saves"}, "the contest must have had some of everything"
    assert {outcome for _, outcome in outcomes} <= {"done", "LOCKED", "LOCK_LOST", "VERSION_MISMATCH"}
    _assert_nothing_lost(ledger.appointment(room.tenant_id, appointment), doings)
    states = [change.new for change in ledger.changes_of(room.tenant_id, appointment) if change.kind == keys.LOCK]
    for before, after in pairwise(states):
        assert after["version"] == before["version"] + 1
        assert _may_follow(before, after)


def _assert_nothing_lost(stored: dict[str, Fields], doings: list[Doings]) -> None:
    appointment = stored[keys.APPOINTMENT]
    saved = [line for each in doings for line in each.saved]
    assert sorted(appointment["notes"].splitlines()) == sorted(saved)
    assert appointment["version"] == len(saved) + 1


def _may_follow(before: Fields, after: Fields) -> bool:
    if "lockId" not in before or "lockId" not in after:
        return True
    return bool(after["lockId"] == before["lockId"] or before["expiresAt"] < after["acquiredAt"])
