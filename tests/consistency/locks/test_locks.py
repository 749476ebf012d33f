"""Locks under faults: killed clients, wrong clocks, lost requests and responses.

`SEED` and `OPERATIONS` in the environment choose another run, and a longer one.
"""

import os
from collections import Counter
from pathlib import Path

from tests.consistency.harness.nemesis import Fault
from tests.consistency.harness.run import run
from tests.consistency.locks.report import lines
from tests.consistency.locks.workload import LockRunConfig, LockWorkload
from tests.consistency.race_results import ReportLines

CONFIG = LockRunConfig(int(os.environ.get("SEED") or 1), int(os.environ.get("OPERATIONS") or 10_000))
FAULTS: set[Fault] = {"throttled", "conflict", "request lost", "response lost", "killed before", "killed after"}


def test_lock_histories_under_faults_violate_no_invariant(
    database: str, tmp_path: Path, report_lines: ReportLines
) -> None:
    workload = LockWorkload(CONFIG, database)

    result = run(workload, database, tmp_path)

    report_lines += lines(workload, result)
    outcomes = Counter(operation.outcome for operation in result.logs.operations)
    succeeded = Counter(operation.kind for operation in result.logs.operations if operation.outcome == "ok")
    assert outcomes.total() >= CONFIG.operations
    assert {call.fault for call in result.logs.calls} >= FAULTS, "each fault must have occurred"
    assert succeeded.keys() == {operation.kind for operation in result.logs.operations}, "each kind succeeded"
    assert [str(violation) for violation in result.violations] == []
