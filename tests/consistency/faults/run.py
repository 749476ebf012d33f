"""One run from the opening of the practice to the checker's verdict."""

from dataclasses import dataclass
from pathlib import Path

from tests.consistency.faults import operation_log
from tests.consistency.faults.app_workers import PROCESSES, AppWorkers
from tests.consistency.faults.checker import Violation, violations
from tests.consistency.faults.drain import deliver_history, drain_timers
from tests.consistency.faults.history import RunLogs, item_histories
from tests.consistency.faults.item_history import ItemHistory
from tests.consistency.faults.network import FaultyNetwork
from tests.consistency.faults.ttl_reaper import TTLReaper
from tests.consistency.faults.workload import RunConfig, Workload, forkserver_context
from tests.consistency.proxy import run_proxy
from tests.consistency.seed import seed_tenant
from tests.consistency.table_reader import TableReader


@dataclass(frozen=True)
class RunResult:
    """What a run has come to, and what the checker says of it."""

    config: RunConfig
    logs: RunLogs
    histories: list[ItemHistory]
    violations: list[Violation]
    kills: int
    removals: int
    deliveries: int


def run(plan: RunConfig, database: str, folder: Path) -> RunResult:
    """Let clients do what they do, let everything end, and check what is written about it."""
    context, network, oblivion = forkserver_context(), FaultyNetwork(plan.seed, plan.rates), TTLReaper(database)
    backroom = AppWorkers(context, database)
    try:
        room = backroom.run(seed_tenant, plan.appointments)
        with run_proxy(database, network.intercept) as endpoint:
            shift = Workload(plan, room, endpoint, folder, context, oblivion, backroom)
            shift.run()
        deliveries = backroom.run(drain_timers, database, room.tenant_id, plan.seed, shift.clock_offset)
        deliveries += sum(backroom.run_on_each(deliver_history, PROCESSES, database, room.tenant_id, plan.seed))
    finally:
        backroom.close()
    ledger = TableReader(database)
    notes = RunLogs(room, ledger.changes(), network.call_log.calls, operation_log.read_logs(folder))
    found = item_histories(notes, ledger)
    wrong = [violation for record in found for violation in violations(record)]
    return RunResult(plan, notes, found, wrong, shift.kills, oblivion.removed, deliveries)
