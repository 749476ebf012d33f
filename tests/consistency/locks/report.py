"""The tables of a run of the locks suite."""

from collections.abc import Iterator

from tests.consistency.harness.report import faults_table, operations_table, rows, violations
from tests.consistency.harness.run import RunResult
from tests.consistency.locks.item_history import ItemHistory
from tests.consistency.locks.workload import LockWorkload


def lines(workload: LockWorkload, result: RunResult[ItemHistory]) -> Iterator[str]:
    """Yield the tables of operations, of faults and of what was checked."""
    histories = result.histories
    yield f"locks, seed {workload.config.seed}, {workload.config.workers} clients"
    yield from operations_table(result.logs.operations)
    yield from faults_table(result)
    yield from rows(
        {
            "items removed by TTL": workload.ttl_reaper.removed,
            "late deliveries": workload.deliveries,
            "histories checked": len(histories),
            "  versions of locks": sum(len(history.locks) for history in histories),
            "  leases": len({write.lock_id for history in histories for write in history.locks if write.lock_id}),
            "  accepted saves": sum(len(history.saves) for history in histories),
        }
    )
    yield from violations(result)
