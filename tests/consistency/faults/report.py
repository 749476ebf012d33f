"""What a run has done and suffered, in figures."""

from collections import Counter
from collections.abc import Iterator

from tests.consistency.faults.operation_log import Outcome
from tests.consistency.faults.run import RunResult

_OUTCOMES: tuple[Outcome, ...] = ("done", "refused", "unknown", "cut off", "broken")


def lines(verdict: RunResult) -> Iterator[str]:
    """The tables of operations, of faults and of what was checked."""
    yield f"seed {verdict.config.seed}"
    yield from _operations(verdict)
    yield ""
    yield from _faults(verdict)
    yield ""
    yield from _histories(verdict)
    for violation in verdict.violations:
        yield f"VIOLATED  {violation}"


def _operations(verdict: RunResult) -> Iterator[str]:
    yield f"{'operation':<24}" + "".join(f"{outcome:>9}" for outcome in _OUTCOMES)
    counts = Counter((operation.kind, operation.outcome) for operation in verdict.logs.operations)
    for kind in sorted({kind for kind, _ in counts}):
        yield f"{kind:<24}" + "".join(f"{counts[kind, outcome]:>9}" for outcome in _OUTCOMES)
    sums = Counter(operation.outcome for operation in verdict.logs.operations)
    yield f"{'all':<24}" + "".join(f"{sums[outcome]:>9}" for outcome in _OUTCOMES)


def _faults(verdict: RunResult) -> Iterator[str]:
    counts = Counter(call.fault for call in verdict.logs.calls)
    yield f"{'calls to DynamoDB':<24}{len(verdict.logs.calls):>9}"
    for fault in sorted(fault for fault in counts if fault):
        yield f"  {fault:<22}{counts[fault]:>9}"
    yield f"{'clients killed':<24}{verdict.kills:>9}"
    yield f"{'items removed by TTL':<24}{verdict.removals:>9}"
    yield f"{'late deliveries':<24}{verdict.deliveries:>9}"


def _histories(verdict: RunResult) -> Iterator[str]:
    records = verdict.histories
    holds = {write.lock_id for record in records for write in record.locks if write.lock_id}
    yield f"{'histories checked':<24}{len(records):>9}"
    yield f"{'  versions of locks':<24}{sum(len(record.locks) for record in records):>9}"
    yield f"{'  holds':<24}{len(holds):>9}"
    yield f"{'  accepted saves':<24}{sum(len(record.saves) for record in records):>9}"
    yield f"{'violations':<24}{len(verdict.violations):>9}"
