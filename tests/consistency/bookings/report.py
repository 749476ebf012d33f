"""What a run has done and suffered, in figures."""

from collections import Counter
from collections.abc import Iterator

from tests.consistency.bookings.booking_history import ACTIVE, BookingHistory
from tests.consistency.bookings.run import RunResult
from tests.consistency.faults.operation_log import Outcome

_OUTCOMES: tuple[Outcome, ...] = ("done", "refused", "unknown", "cut off", "broken")


def lines(verdict: RunResult) -> Iterator[str]:
    """The tables of operations, of refusals, of faults and of what was checked."""
    operations = verdict.history.operations
    yield f"bookings, seed {verdict.config.seed}, {verdict.config.workers} clients"
    yield f"{'operation':<24}" + "".join(f"{outcome:>9}" for outcome in _OUTCOMES)
    counts = Counter((operation.kind, operation.outcome) for operation in operations)
    for kind in [*sorted({kind for kind, _ in counts})]:
        yield f"{kind:<24}" + "".join(f"{counts[kind, outcome]:>9}" for outcome in _OUTCOMES)
    sums = Counter(operation.outcome for operation in operations)
    yield f"{'all':<24}" + "".join(f"{sums[outcome]:>9}" for outcome in _OUTCOMES)
    refused = Counter(operation.answer["code"] for operation in operations if operation.outcome == "refused")
    yield from (f"  {code:<22}{count:>9}" for code, count in sorted(refused.items()))
    faults = Counter(call.fault for call in verdict.calls)
    yield f"{'calls to DynamoDB':<24}{len(verdict.calls):>9}"
    yield from (f"  {fault:<22}{faults[fault]:>9}" for fault in sorted(fault for fault in faults if fault))
    yield f"{'clients killed':<24}{verdict.kills:>9}"
    yield from _checked(verdict.history)
    yield f"{'violations':<24}{len(verdict.violations):>9}"
    yield from (f"VIOLATED  {violation}" for violation in verdict.violations)


def _checked(record: BookingHistory) -> Iterator[str]:
    made = [item for (_, kind), item in record.final.items() if kind == "APPOINTMENT"]
    yield f"{'writes checked':<24}{len(record.writes):>9}"
    yield f"{'appointments':<24}{len(made):>9}"
    yield f"{'  active at the end':<24}{sum(item['status'] in ACTIVE for item in made):>9}"
    yield f"{'holds':<24}{sum(kind == 'HOLD' for _, kind in record.final):>9}"
    yield f"{'stays in cells':<24}{sum(len(stays) for stays in record.occupancies.values()):>9}"
