"""Patients and members want the same times, some die and some hear nothing, and nobody is booked twice.

`SEED` and `OPERATIONS` in the environment make another run of it, and a longer one.
"""

import os
from collections import Counter
from pathlib import Path

from tests.consistency.bookings.report import lines
from tests.consistency.bookings.run import RunConfig, run
from tests.consistency.faults.nemesis import Fault
from tests.consistency.race_results import ReportLines

PLAN = RunConfig(int(os.environ.get("SEED") or 1), int(os.environ.get("OPERATIONS") or 1_000))
FAULTS: set[Fault] = {"throttled", "conflict", "lost before", "lost after", "killed before", "killed after"}
KINDS = {
    *("hold", "book", "release", "lapse", "sweep", "reschedule", "cancel by patient"),
    *("look", "enter", "acquire", "let go", "save", "restore", "cancel"),
}


def test_whatever_happens_nobody_is_booked_twice(database: str, tmp_path: Path, figures: ReportLines) -> None:
    verdict = run(PLAN, database, tmp_path)

    figures += lines(verdict)
    operations = verdict.history.operations
    assert len(operations) >= PLAN.operations
    assert {call.fault for call in verdict.calls} >= FAULTS, "everything must have gone wrong"
    assert {operation.kind for operation in operations if operation.outcome == "done"} == KINDS, "and right"
    refused = Counter(operation.answer["code"] for operation in operations if operation.outcome == "refused")
    assert refused.keys() >= {"SLOT_TAKEN", "HOLD_EXPIRED"}
    assert [str(violation) for violation in verdict.violations] == []
