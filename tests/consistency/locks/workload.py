"""The locks suite: members and admins use the locks of a few appointments, and months pass."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.consistency.harness.app_workers import PROCESSES, AppWorkers
from tests.consistency.harness.checker import Violation, check
from tests.consistency.harness.client import SharedState
from tests.consistency.harness.run import RunConfig, RunLogs
from tests.consistency.harness.supervisor import Supervisor
from tests.consistency.locks.checker import INVARIANTS
from tests.consistency.locks.client import SHORT_TIMEOUTS, run_client
from tests.consistency.locks.client_state import ClientIdentity
from tests.consistency.locks.drain import deliver_history, deliver_removals, drain_timers
from tests.consistency.locks.item_history import ItemHistory, item_histories
from tests.consistency.locks.ttl_reaper import TTLReaper
from tests.consistency.seed import SeededTenant, seed_tenant, seeded_random
from tests.consistency.table_reader import TableReader

MAX_SKEW_MS = 5000
# Longer than a free lock's item is kept.
CLOCK_JUMP = timedelta(days=31)


@dataclass(frozen=True)
class LockRunConfig(RunConfig):
    """A run of the locks suite."""

    operations: int = 10_000
    workers: int = 12
    members: int = 5
    appointments: int = 8


class LockWorkload:
    """Members lock, save and release the appointments of one tenant."""

    environment = SHORT_TIMEOUTS

    def __init__(self, config: LockRunConfig, database: str) -> None:
        self.config = config
        self.deliveries = 0
        self.ttl_reaper = TTLReaper(database)
        self._database = database
        self._tenant = SeededTenant("", [])

    @property
    def clock_jumps(self) -> int:
        return max(3, self.config.operations // 5000)

    def seed(self, app: AppWorkers) -> None:
        self._tenant = app.run(seed_tenant, self.config.appointments)

    def client(self, worker: int, incarnation: int) -> tuple[Callable[..., None], ClientIdentity]:
        config, rng = self.config, seeded_random((self.config.seed, worker, incarnation, "identity"))
        tab = 0 if rng.random() < 0.5 else incarnation
        member = worker % config.members
        identity = ClientIdentity(
            worker=worker,
            incarnation=incarnation,
            seed=config.seed,
            skew_ms=rng.choice((0, _skew(rng) // 10, _skew(rng))),
            tenant_id=self._tenant.tenant_id,
            member_id=f"member-{member}",
            role="admin" if member == 0 else "staff",
            tab_id=f"tab-{worker:04d}-{tab:07d}",
            appointments=tuple(self._tenant.appointments),
        )
        return run_client, identity

    def jump_clocks(self, supervisor: Supervisor, app: AppWorkers) -> None:
        """Let a month pass while all clients pause, and TTL remove old items, some of them late."""
        shared = supervisor.shared
        shared.paused.value = 1
        supervisor.wait_until_idle()
        shared.jump_clocks(CLOCK_JUMP)
        expired = self.ttl_reaper.expired_items(shared.clock_offset)
        removed = self.ttl_reaper.remove(expired[::2])
        shared.paused.value = 0
        removed += self.ttl_reaper.remove(expired[1::2])
        # Late: some locks exist again by now.
        app.run(deliver_removals, removed)

    def drain(self, app: AppWorkers, shared: SharedState) -> None:
        tenant_id, seed = self._tenant.tenant_id, self.config.seed
        self.deliveries = app.run(drain_timers, self._database, tenant_id, seed, shared.clock_offset)
        self.deliveries += sum(app.run_on_each(deliver_history, PROCESSES, self._database, tenant_id, seed))

    def histories(self, logs: RunLogs) -> list[ItemHistory]:
        return item_histories(self._tenant, logs, TableReader(self._database).items)

    def check(self, history: ItemHistory) -> list[Violation]:
        return check(history, INVARIANTS, history.appointment)


def _skew(rng: random.Random) -> int:
    return rng.randint(-MAX_SKEW_MS, MAX_SKEW_MS)
