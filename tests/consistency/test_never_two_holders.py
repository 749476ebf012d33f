"""Concurrent acquisitions, renewals, releases and saves of one lock: never two live holders."""

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
class Editor:
    """One of several editors in one tab, which share its lock id and so renew and release each other's lease."""

    name: str
    tab: Tab
    appointment: str
    rng: random.Random
    saved: list[str] = field(default_factory=list)

    @property
    def lock_id(self) -> str:
        return f"{self.tab.principal.tenant_id}.{self.tab.tab_id}"

    def acquires(self) -> None:
        lease = self.rng.choice(LEASES)
        leases.acquire(self.tab, self.appointment, ids=lambda: self.tab.tab_id, lease=lease)

    def renews(self) -> None:
        lease = self.rng.choice(LEASES)
        leases.renew(self.tab.principal, self.appointment, self.lock_id, lease=lease)

    def releases(self) -> None:
        leases.release(self.appointment, self.lock_id)

    def saves(self) -> None:
        """Add a line to the current notes."""
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
class Outcomes:
    """The outcomes of one editor, and the lines that it saved."""

    outcomes: Counter[tuple[str, str]]
    saved: list[str]


def edit_randomly(editor: Editor, _: BarrierWait) -> Outcomes:
    """Run random operations."""
    operations: tuple[Callable[[], None], ...] = (editor.acquires, editor.renews, editor.releases, editor.saves)
    outcomes = Counter[tuple[str, str]]()
    for _turn in range(TURNS):
        operation = editor.rng.choice(operations)
        try:
            operation()
        except Problem as problem:
            outcomes[operation.__name__, problem.code] += 1
        else:
            outcomes[operation.__name__, "done"] += 1
    return Outcomes(outcomes, editor.saved)


@pytest.mark.parametrize("seed", [1, 2])
def test_lock_passes_on_only_after_release_or_expiry(seed: int, workers: WorkerPool, tables: TableReader) -> None:
    _assert_never_two_holders(workers, tables, seed, editors=16)


def test_lock_on_contended_table_never_has_two_holders(
    workers_on_contended_table: WorkerPool, tables: TableReader
) -> None:
    _assert_never_two_holders(workers_on_contended_table, tables, seed=3, editors=8)


def _assert_never_two_holders(workers: WorkerPool, tables: TableReader, seed: int, editors: int) -> None:
    tenant = workers.run_one(seed_tenant, 1)
    (appointment,) = tenant.appointments
    tabs = [tenant.tab(f"member-{number}", f"tab-{number}") for number in range(editors // 4)] * 4
    everyone = [
        Editor(f"editor-{number}", tab, appointment, seeded_random((seed, number)))
        for number, tab in enumerate(tabs)
    ]

    all_outcomes = workers.run_together(edit_randomly, everyone)

    outcomes = sum((each.outcomes for each in all_outcomes), Counter[tuple[str, str]]())
    done = {operation for operation, outcome in outcomes if outcome == "done"}
    assert done == {"acquires", "renews", "releases", "saves"}, "each operation must have succeeded"
    assert {outcome for _, outcome in outcomes} <= {"done", "LOCKED", "LOCK_LOST", "VERSION_MISMATCH"}
    _assert_nothing_lost(tables.appointment(tenant.tenant_id, appointment), all_outcomes)
    states = [
        change.new for change in tables.changes_of(tenant.tenant_id, appointment) if change.kind == keys.LOCK
    ]
    for before, after in pairwise(states):
        assert after["version"] == before["version"] + 1
        assert _may_follow(before, after)


def _assert_nothing_lost(stored: dict[str, Fields], all_outcomes: list[Outcomes]) -> None:
    appointment = stored[keys.APPOINTMENT]
    saved = [line for each in all_outcomes for line in each.saved]
    assert sorted(appointment["notes"].splitlines()) == sorted(saved)
    assert appointment["version"] == len(saved) + 1


def _may_follow(before: Fields, after: Fields) -> bool:
    if "lockId" not in before or "lockId" not in after:
        return True
    return bool(after["lockId"] == before["lockId"] or before["expiresAt"] < after["acquiredAt"])
