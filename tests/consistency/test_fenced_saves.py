"""Whatever clocks, crashes and old lock ids do: only who has the lock can save, and no save is lost."""

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
# Seconds by which the editors' clocks are wrong: those ahead take locks that others think they still have.
SKEWS = (0.0, 0.0, 0.03, -0.03, 0.5, -0.5, 600.0, -600.0)
LEASES = (timedelta(milliseconds=15), timedelta(milliseconds=60), timedelta(milliseconds=150))


@dataclass
class Editor:
    """A member who takes the lock, saves and lets go, over and over; who may use an old lock id, and may crash."""

    tab: Tab
    appointment: str
    skew_seconds: float
    rng: random.Random
    lock_ids: list[str] = field(default_factory=lambda: ["nobody.never-a-lock"])

    @property
    def clock(self) -> Clock:
        return skewed_clock(timedelta(seconds=self.skew_seconds))

    def crashes(self) -> bool:
        """Whether the lock is left as it is. Where a clock is far ahead nobody would live to see its lease end."""
        return self.skew_seconds < 0.1 and self.rng.random() < 0.3


@dataclass(frozen=True)
class Accepted:
    """A save that was taken: the version that it made, the lock id that it named, the line that it added."""

    version: int
    lock_id: str
    line: str


@dataclass
class EditorLog:
    """What came back to one editor."""

    accepted: list[Accepted] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def collect_rejections(self) -> Iterator[None]:
        """Note a refusal and go on."""
        try:
            yield
        except Problem as problem:
            self.refused[problem.code] += 1


def edit(editor: Editor, _: BarrierWait) -> EditorLog:
    """Take, save and let go, `TURNS` times."""
    diary = EditorLog()
    for turn in range(TURNS):
        for _impatient_press in range(PRESSES):
            with diary.collect_rejections():
                _acquire(editor)
                break
        lock_id = editor.rng.choice(editor.lock_ids[-2:] + editor.lock_ids[-1:] * 3)
        with diary.collect_rejections():
            diary.accepted.append(_save(editor, lock_id, f"{editor.tab.tab_id} {turn}"))
        if not editor.crashes():
            with diary.collect_rejections():
                leases.release(editor.appointment, editor.lock_ids[-1], clock=editor.clock)
    return diary


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
def test_every_accepted_save_held_the_lock_and_stays(
    seed: int, contenders: WorkerPool, ledger: TableReader
) -> None:
    room = contenders.run_one(seed_tenant, 1)
    (appointment,) = room.appointments
    editors = [
        Editor(room.tab(f"member-{number}", f"tab-{number}"), appointment, skew, seeded_random((seed, number)))
        for number, skew in enumerate(SKEWS)
    ]

    diaries = contenders.run_together(edit, editors)

    accepted = sorted((save for diary in diaries for save in diary.accepted), key=lambda save: save.version)
    refused = sum((diary.refused for diary in diaries), Counter[str]())
    stored = ledger.appointment(room.tenant_id, appointment)
    assert accepted, "the contest must be one in which some saves are taken"
    assert {"LOCKED", "LOCK_LOST"} <= refused.keys(), "and in which some are not"
    assert refused.keys() <= {"LOCKED", "LOCK_LOST", "NOT_FOUND"}, "and no two saved under one lock"
    assert [save.version for save in accepted] == list(range(2, len(accepted) + 2))
    assert stored[keys.APPOINTMENT]["version"] == len(accepted) + 1
    assert sum(kind.startswith("REVISION#") for kind in stored) == len(accepted) + 1
    assert stored[keys.APPOINTMENT]["notes"].splitlines() == [save.line for save in accepted]
    assert _holders_at_saves(ledger.changes_of(room.tenant_id, appointment)) == [save.lock_id for save in accepted]


def _holders_at_saves(history: list[ItemChange]) -> list[str | None]:
    """The lock id that the database had at the moment of each save."""
    holder: str | None = None
    holders: list[str | None] = []
    for change in history:
        if change.kind == keys.LOCK:
            holder = change.new.get("lockId")
        elif change.kind == keys.APPOINTMENT and change.old:
            holders.append(holder)
    return holders
