"""Bookings under faults: patients and members want the same times, and nobody is booked twice.

`SEED` and `OPERATIONS` in the environment choose another run, and a longer one.
"""

import os
from collections import Counter
from pathlib import Path

from tests.consistency.bookings.report import lines
from tests.consistency.bookings.workload import BookingRunConfig, BookingWorkload
from tests.consistency.harness.nemesis import Fault
from tests.consistency.harness.run import run
from tests.consistency.race_results import ReportLines

CONFIG = BookingRunConfig(int(os.environ.get("SEED") or 1), int(os.environ.get("OPERATIONS") or 1_000))
FAULTS: set[Fault] = {"throttled", "conflict", "request lost", "response lost", "killed before", "killed after"}
KINDS = {
    *("hold", "book", "release", "expire", "sweep", "reschedule", "cancel by patient"),
    *("list", "create", "acquire", "release lock", "save", "restore", "cancel"),
}


def test_booking_history_under_faults_violates_no_invariant(
    database: str, tmp_path: Path, report_lines: ReportLines
) -> None:
    workload = BookingWorkload(CONFIG, database)

    result = run(workload, database, tmp_path)

    report_lines += lines(workload, result)
    operations = result.logs.operations
    assert len(operations) >= CONFIG.operations
    assert {call.fault for call in result.logs.calls} >= FAULTS, "each fault must have occurred"
    assert {operation.kind for operation in operations if operation.outcome == "ok"} == KINDS, (
        "each kind succeeded"
    )
    codes = Counter(operation.response["code"] for operation in operations if operation.outcome == "rejected")
    assert codes.keys() >= {"SLOT_TAKEN", "HOLD_EXPIRED"}
    assert [str(violation) for violation in result.violations] == []
