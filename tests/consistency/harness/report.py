"""Tables of a run, printed when the tests end."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from tests.consistency.harness.operation_log import LoggedOperation, Outcome
from tests.consistency.harness.run import RunResult

_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def operations_table(operations: Iterable[LoggedOperation]) -> Iterator[str]:
    """Yield how often each kind of operation had each outcome, and the codes of rejections."""
    operations = list(operations)
    yield f"{'operation':<24}" + "".join(f"{outcome:>9}" for outcome in _OUTCOMES)
    counts = Counter((operation.kind, operation.outcome) for operation in operations)
    for kind in sorted({kind for kind, _ in counts}):
        yield f"{kind:<24}" + "".join(f"{counts[kind, outcome]:>9}" for outcome in _OUTCOMES)
    sums = Counter(operation.outcome for operation in operations)
    yield f"{'all':<24}" + "".join(f"{sums[outcome]:>9}" for outcome in _OUTCOMES)
    codes = Counter(operation.response["code"] for operation in operations if operation.outcome == "rejected")
    yield from rows({f"  {code}": count for code, count in sorted(codes.items())})


def faults_table(result: RunResult[Any]) -> Iterator[str]:
    """Yield how often each fault occurred."""
    faults = Counter(call.fault for call in result.logs.calls if call.fault)
    yield from rows({"calls to DynamoDB": len(result.logs.calls)})
    yield from rows({f"  {fault}": faults[fault] for fault in sorted(faults)})
    yield from rows({"clients killed": result.kills})


def violations(result: RunResult[Any]) -> Iterator[str]:
    """Yield the number of violations, then each."""
    yield from rows({"violations": len(result.violations)})
    yield from (f"VIOLATED  {violation}" for violation in result.violations)


def rows(counts: dict[str, int]) -> Iterator[str]:
    """Yield a line for each count."""
    yield from (f"{name:<24}{count:>9}" for name, count in counts.items())
