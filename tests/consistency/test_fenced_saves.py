"""Fenced saves under wrong clocks, crashes and old lock ids: each held the lock, and none is lost."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from chalicelib.appointments.service import appointments, saving
from chalicelib.core.clock import Clock
from chalicelib.core.dynamodb import keys
from chalicelib.core.http.errors import Problem
from chalicelib.locking.model import Tab
from chalicelib.locking.service import leases
from tests.consistency.seed import seed_tenant, seeded_random, skewed_clock
from tests.consistency.table_reader import ItemChange, TableReader
from tests.consistency.worker_pool import BarrierWait, WorkerPool

TURNS, PRESSES = 25, 5
# Errors of the editors' clocks in seconds. Clocks ahead take locks that others still believe to hold.
SKEWS = (0.0, 0.0, 0.03, -0.03, 0.5, -0.5, 600.0, -600.0)
LEASES = (timedelta(milliseconds=15), timedelta(milliseconds=60), timedelta(milliseconds=150))


@dataclass
class Editor:
    """A member that acquires, saves and releases repeatedly, sometimes with an old lock id, and may crash."""

    tab: Tab
    appointment: str
    skew_seconds: float
    rng: random.Random
    lock_ids: list[str] = field(default_factory=lambda: ["nobody.never-a-lock"])

    @property
    def clock(self) -> Clock:
        return skewed_clock(timedelta(seconds=self.skew_seconds))

    def crashes(self) -> bool:
        """Whether to keep the lock. With a clock far ahead the lease would outlast the test."""
        return self.skew_seconds < 0.1 and self.rng.random() < 0.3


@dataclass(frozen=True)
class Accepted:
    """An accepted save: its version, its lock id, and the line that it added."""

    version: int
    lock_id: str
    line: str


@dataclass
class EditorLog:
    """The responses to one editor."""

    accepted: list[Accepted] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def collect_rejections(self) -> Iterator[None]:
        """Count a rejection and continue."""
        try:
            yield
        except Problem as problem:
            self.refused[problem.code] += 1


def edit(editor: Editor, _: BarrierWait) -> EditorLog:
    """Acquire, save and release, `TURNS` times."""
    log = EditorLog()
    for turn in range(TURNS):
        for _impatient_press in range(PRESSES):
            with log.collect_rejections():
                _acquire(editor)
                break
        lock_id = editor.rng.choice(editor.lock_ids[-2:] + editor.lock_ids[-1:] * 3)
        with log.collect_rejections():
            log.accepted.append(_save(editor, lock_id, f"{editor.tab.tab_id} {turn}"))
        if not editor.crashes():
            with log.collect_rejections():
                leases.release(editor.appointment, editor.lock_ids[-1], clock=editor.clock)
    return log


def _acquire(editor: Editor) -> None:
    lease = editor.rng.choice(LEASES)
    lock = leases.acquire(editor.tab, editor.appointment, clock=editor.clock, lease=lease)
    editor.lock_ids.append(lock.lock_id or "")


def _save(editor: Editor, lock_id: str, line: str) -> Accepted:
    principal = editor.tab.principal
    seen = appointments.get(principal, editor.appointment, consistent=True)
    saved = saving.save(
        principal,
        editor.appointment,
        lock_id=lock_id,
        version=seen.version,
        changes={"notes": f"{seen.notes}{line}\n"},
        clock=editor.clock,
    )
    return Accepted(saved.version, lock_id, line)


@pytest.mark.parametrize("seed", [1, 2])
def test_accepted_saves_held_the_lock_and_none_is_lost(
    seed: int, workers: WorkerPool, tables: TableReader
) -> None:
    tenant = workers.run_one(seed_tenant, 1)
    (appointment,) = tenant.appointments
    editors = [
        Editor(tenant.tab(f"member-{number}", f"tab-{number}"), appointment, skew, seeded_random((seed, number)))
        for number, skew in enumerate(SKEWS)
    ]

    logs = workers.run_together(edit, editors)

    accepted = sorted((save for log in logs for save in log.accepted), key=lambda save: save.version)
    refused = sum((log.refused for log in logs), Counter[str]())
    stored = tables.appointment(tenant.tenant_id, appointment)
    assert accepted, "some saves must be accepted"
    assert {"LOCKED", "LOCK_LOST"} <= refused.keys(), "and some rejected"
    assert refused.keys() <= {"LOCKED", "LOCK_LOST", "NOT_FOUND"}, "and none by a save under the same lock"
    assert [save.version for save in accepted] == list(range(2, len(accepted) + 2))
    assert stored[keys.APPOINTMENT]["version"] == len(accepted) + 1
    assert sum(kind.startswith("REVISION#") for kind in stored) == len(accepted) + 1
    assert stored[keys.APPOINTMENT]["notes"].splitlines() == [save.line for save in accepted]
    assert _holders_at_saves(tables.changes_of(tenant.tenant_id, appointment)) == [
        save.lock_id for save in accepted
    ]


def _holders_at_saves(history: list[ItemChange]) -> list[str | None]:
    """Return the stored lock id at the time of each save."""
    holder: str | None = None
    holders: list[str | None] = []
    for change in history:
        if change.kind == keys.LOCK:
            holder = change.new.get("lockId")
        elif change.kind == keys.APPOINTMENT and change.old:
            holders.append(holder)
    return holders
