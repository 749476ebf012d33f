"""A shift: clients at their seats, replaced as they are killed, until enough has been done."""

import multiprocessing
import random
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from tests.consistency.faults.app_workers import AppWorkers
from tests.consistency.faults.client import SharedState, run_client
from tests.consistency.faults.client_state import ClientIdentity
from tests.consistency.faults.drain import deliver_removals
from tests.consistency.faults.nemesis import FaultRates
from tests.consistency.faults.supervisor import Supervisor
from tests.consistency.faults.ttl_reaper import TTLReaper
from tests.consistency.seed import SeededTenant, seeded_random

MAX_SKEW_MS = 5000
# Longer than a free lock's item is kept.
CLOCK_JUMP = timedelta(days=31)


@dataclass(frozen=True)
class RunConfig:
    """How much is done by how many, and with how much bad luck."""

    seed: int
    operations: int = 10_000
    workers: int = 12
    members: int = 5
    appointments: int = 8
    rates: FaultRates = field(default_factory=FaultRates)

    @property
    def clock_jumps(self) -> int:
        """How often a month passes."""
        return max(3, self.operations // 5000)


@dataclass
class Workload:
    """The clients of one run."""

    config: RunConfig
    tenant: SeededTenant
    endpoint: str
    folder: Path
    context: ForkServerContext
    ttl_reaper: TTLReaper
    app_workers: AppWorkers

    def __post_init__(self) -> None:
        self.shared = SharedState.for_workers(self.config.workers)
        self._supervisor = Supervisor(self.shared, self._make_process)

    @property
    def kills(self) -> int:
        """How many clients have died."""
        return self._supervisor.kills

    @property
    def clock_offset(self) -> timedelta:
        """How far the clocks have leapt so far."""
        return timedelta(milliseconds=self.shared.clock_offset_ms.value)

    def run(self) -> None:
        """Until as many operations have ended as planned."""
        plan = self.config
        milestones = [plan.operations * (leap + 1) // (plan.clock_jumps + 1) for leap in range(plan.clock_jumps)]
        with self._supervisor.running():
            for milestone in milestones:
                self._supervisor.run_until_done(milestone)
                self._jump_clocks()
            self._supervisor.run_until_done(plan.operations)

    def _jump_clocks(self) -> None:
        """The practice closes. What nobody touched for long is forgotten, partly while work begins again."""
        board = self.shared
        board.paused.value = 1
        self._supervisor.wait_until_idle()
        board.clock_offset_ms.value += round(CLOCK_JUMP / timedelta(milliseconds=1))
        forgotten = self.ttl_reaper.expired_items(self.clock_offset)
        removed = self.ttl_reaper.remove(forgotten[::2])
        board.paused.value = 0
        removed += self.ttl_reaper.remove(forgotten[1::2])
        # Late: some locks have been made anew by now.
        self.app_workers.run(deliver_removals, removed)

    def _make_process(self, seat: int, incarnation: int) -> ForkServerProcess:
        place = self._client_identity(seat, incarnation)
        return self.context.Process(target=run_client, args=(place, self.shared, self.folder, self.endpoint))

    def _client_identity(self, seat: int, incarnation: int) -> ClientIdentity:
        plan = self.config
        chance = seeded_random((plan.seed, seat, incarnation, "place"))
        tab = 0 if chance.random() < 0.5 else incarnation
        member = seat % plan.members
        return ClientIdentity(
            worker=seat,
            incarnation=incarnation,
            seed=plan.seed,
            tenant_id=self.tenant.tenant_id,
            member_id=f"member-{member}",
            role="admin" if member == 0 else "staff",
            tab_id=f"tab-{seat:04d}-{tab:07d}",
            skew_ms=chance.choice((0, _skew(chance) // 10, _skew(chance))),
            appointments=tuple(self.tenant.appointments),
        )


def _skew(chance: random.Random) -> int:
    return chance.randint(-MAX_SKEW_MS, MAX_SKEW_MS)


def forkserver_context() -> ForkServerContext:
    """Processes that start from a clean one, which has everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.consistency.warm"])
    return context
