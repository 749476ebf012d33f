"""One run: seed, let clients run operations under faults, drain, and check the history."""

import multiprocessing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from tests.consistency.harness.app_workers import AppWorkers
from tests.consistency.harness.call_log import Call
from tests.consistency.harness.checker import Violation
from tests.consistency.harness.client import ClientIdentity, SharedState
from tests.consistency.harness.nemesis import FaultRates
from tests.consistency.harness.network import FaultyNetwork
from tests.consistency.harness.operation_log import LoggedOperation, read_logs
from tests.consistency.harness.supervisor import Supervisor
from tests.consistency.proxy import run_proxy
from tests.consistency.table_reader import ItemChange, TableReader

History = TypeVar("History")


@dataclass(frozen=True)
class RunConfig:
    """How many operations by how many workers, and how often faults occur."""

    seed: int
    operations: int
    workers: int
    rates: FaultRates = field(default_factory=FaultRates)


@dataclass(frozen=True)
class RunLogs:
    """What store, network and clients logged."""

    changes: list[ItemChange]
    calls: list[Call]
    operations: list[LoggedOperation]


class Workload(Protocol[History]):
    """One suite's own part of a run."""

    @property
    def config(self) -> RunConfig:
        """The size of the run."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Settings of the application, for a short run."""

    @property
    def clock_jumps(self) -> int:
        """How often all clocks jump, at even distances."""

    def seed(self, app: AppWorkers) -> None:
        """Create what the clients work on."""

    def client(self, worker: int, incarnation: int) -> tuple[Callable[..., None], ClientIdentity]:
        """Return the function that a client's process runs, and its identity."""

    def jump_clocks(self, supervisor: Supervisor, app: AppWorkers) -> None:
        """Set the clocks forward, while clients run."""

    def drain(self, app: AppWorkers, shared: SharedState) -> None:
        """Let everything end that is still to come, when all clients have stopped."""

    def histories(self, logs: RunLogs) -> list[History]:
        """Join the logs to what the checker reads."""

    def check(self, history: History) -> list[Violation]:
        """Return the violations of one history."""


@dataclass(frozen=True)
class RunResult(Generic[History]):
    """What a run came to."""

    logs: RunLogs
    histories: list[History]
    violations: list[Violation]
    kills: int


def run(workload: Workload[History], database: str, folder: Path) -> RunResult[History]:
    """Run a workload on a DynamoDB, and check it."""
    config, context = workload.config, forkserver_context()
    network = FaultyNetwork(config.seed, config.rates)
    shared = SharedState.for_workers(config.workers)
    app = AppWorkers(context, database, workload.environment)
    try:
        workload.seed(app)
        with run_proxy(database, network.intercept) as endpoint:

            def make_process(worker: int, incarnation: int) -> ForkServerProcess:
                target, identity = workload.client(worker, incarnation)
                return context.Process(target=target, args=(identity, shared, folder, endpoint))

            supervisor = Supervisor(shared, make_process)
            _run_clients(workload, supervisor, app)
        workload.drain(app, shared)
    finally:
        app.close()
    logs = RunLogs(TableReader(database).changes(), network.call_log.calls, read_logs(folder))
    histories = workload.histories(logs)
    violations = [violation for history in histories for violation in workload.check(history)]
    return RunResult(logs, histories, violations, supervisor.kills)


def _run_clients(workload: Workload[History], supervisor: Supervisor, app: AppWorkers) -> None:
    operations, jumps = workload.config.operations, workload.clock_jumps
    with supervisor.running():
        for jump in range(jumps):
            supervisor.run_until_done(operations * (jump + 1) // (jumps + 1))
            workload.jump_clocks(supervisor, app)
        supervisor.run_until_done(operations)


def forkserver_context() -> ForkServerContext:
    """Return processes forked from one that has everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.consistency.preload"])
    return context
