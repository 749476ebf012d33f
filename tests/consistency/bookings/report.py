"""The tables of a run of the bookings suite."""

from collections.abc import Iterator

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory
from tests.consistency.bookings.workload import BookingWorkload
from tests.consistency.harness.report import faults_table, operations_table, rows, violations
from tests.consistency.harness.run import RunResult


def lines(workload: BookingWorkload, result: RunResult[BookingHistory]) -> Iterator[str]:
    """Yield the tables of operations, of faults and of what was checked."""
    (history,) = result.histories
    appointments = [item for (_, kind), item in history.final.items() if kind == "APPOINTMENT"]
    yield f"bookings, seed {workload.config.seed}, {workload.config.workers} clients"
    yield from operations_table(result.logs.operations)
    yield from faults_table(result)
    yield from rows(
        {
            "writes checked": len(history.writes),
            "appointments": len(appointments),
            "  active at the end": sum(item["status"] in ACTIVE for item in appointments),
            "holds": sum(kind == "HOLD" for _, kind in history.final),
            "occupancies of cells": sum(map(len, history.occupancies.values())),
        }
    )
    yield from violations(result)
