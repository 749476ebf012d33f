"""Clients die, clocks are wrong, the network forgets, and the store's own order is still a good one.

`SEED` and `OPERATIONS` in the environment make another run of it, and a longer one.
"""

import os
from collections import Counter
from pathlib import Path

from tests.consistency.faults.nemesis import Fault
from tests.consistency.faults.report import lines
from tests.consistency.faults.run import run
from tests.consistency.faults.workload import RunConfig
from tests.consistency.race_results import ReportLines

PLAN = RunConfig(int(os.environ.get("SEED") or 1), int(os.environ.get("OPERATIONS") or 10_000))
FAULTS: set[Fault] = {"throttled", "conflict", "lost before", "lost after", "killed before", "killed after"}


def test_whatever_happens_the_record_is_right(database: str, tmp_path: Path, figures: ReportLines) -> None:
    verdict = run(PLAN, database, tmp_path)

    figures += lines(verdict)
    outcomes = Counter(operation.outcome for operation in verdict.logs.operations)
    done = Counter(operation.kind for operation in verdict.logs.operations if operation.outcome == "done")
    assert outcomes.total() >= PLAN.operations
    assert {call.fault for call in verdict.logs.calls} >= FAULTS, "everything must have gone wrong"
    assert done.keys() == {operation.kind for operation in verdict.logs.operations}, "and everything right"
    assert [str(violation) for violation in verdict.violations] == []
