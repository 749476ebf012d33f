"""The bookings suite: patients and members want the same times, and holds expire."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.booking.service import hold_expiry
from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from tests.consistency.bookings.booking_history import BookingHistory
from tests.consistency.bookings.checker import INVARIANTS
from tests.consistency.bookings.client import HOLD_SECONDS, SHORT_TIMEOUTS, run_client
from tests.consistency.bookings.client_state import ClientIdentity
from tests.consistency.bookings.tenant import BookingTenant, create_tenant
from tests.consistency.harness.app_workers import AppWorkers
from tests.consistency.harness.call_log import ItemVersion
from tests.consistency.harness.checker import Violation, check
from tests.consistency.harness.client import SharedState
from tests.consistency.harness.history import Write, calls_by_version
from tests.consistency.harness.run import RunConfig, RunLogs
from tests.consistency.harness.supervisor import Supervisor
from tests.consistency.seed import fixed_clock, seeded_random
from tests.consistency.table_reader import Fields, ItemChange, TableReader

_CLOCK_JUMP = timedelta(seconds=40)
_SKEWS_MS = (0, 0, 300, -300, 1500, -1500)


@dataclass(frozen=True)
class BookingRunConfig(RunConfig):
    """A run of the bookings suite, over so many doctors and hours."""

    workers: int = 64
    doctors: int = 4
    hours: int = 20


class BookingWorkload:
    """Patients and members of one crowded tenant."""

    environment = SHORT_TIMEOUTS

    def __init__(self, config: BookingRunConfig, database: str) -> None:
        self.config = config
        self._tables = TableReader(database)
        self._tenant: BookingTenant | None = None
        self._at_close: list[Fields] = []

    @property
    def tenant(self) -> BookingTenant:
        """The tenant, once it is seeded."""
        assert self._tenant
        return self._tenant

    @property
    def clock_jumps(self) -> int:
        """So often that a client does a few things between two jumps; all holds expire at each."""
        return max(2, self.config.operations // (6 * self.config.workers))

    def seed(self, app: AppWorkers) -> None:
        self._tenant = app.run(create_tenant, self.config.doctors, self.config.hours)

    def client(self, worker: int, incarnation: int) -> tuple[Callable[..., None], ClientIdentity]:
        seed = self.config.seed
        skew_ms = seeded_random((seed, worker, incarnation)).choice(_SKEWS_MS)
        return run_client, ClientIdentity(worker, incarnation, seed, skew_ms, self.tenant)

    def jump_clocks(self, supervisor: Supervisor, app: AppWorkers) -> None:
        del app
        supervisor.shared.jump_clocks(_CLOCK_JUMP)

    def drain(self, app: AppWorkers, shared: SharedState) -> None:
        del shared
        self._at_close = self._items()
        app.run(sweep_all_holds)

    def histories(self, logs: RunLogs) -> list[BookingHistory]:
        return [
            BookingHistory(
                services={service.id: service for service in self.tenant.services},
                hold_ms=HOLD_SECONDS * 1000,
                writes=list(self._writes(logs)),
                operations=logs.operations,
                at_close=self._at_close,
                at_end=self._items(),
            )
        ]

    def check(self, history: BookingHistory) -> list[Violation]:
        return check(history, INVARIANTS)

    def _items(self) -> list[Fields]:
        return [item for item in self._tables.all_items() if self._is_own(str(item["pk"]))]

    def _is_own(self, partition: str) -> bool:
        return partition.startswith(f"{keys.tenant(self.tenant.tenant_id)}#")

    def _writes(self, logs: RunLogs) -> Iterator[Write]:
        calls = calls_by_version(logs.calls)
        own = (change for change in logs.changes if self._is_own(change.partition))
        for position, change in enumerate(own):
            yield Write.of(position, change, calls.get(_version_of(change)))


def sweep_all_holds() -> None:
    """Sweep once, when all holds must have expired."""
    hold_expiry.sweep_holds(clock=fixed_clock(utc_now() + timedelta(hours=1)))


def _version_of(change: ItemChange) -> ItemVersion:
    """Return the version as the call log names it: an appointment's by its revision, a put item's by its keys."""
    version = int(change.new.get("version", 0))
    if change.kind == keys.APPOINTMENT and version != change.old.get("version"):
        return change.partition, keys.revision(version), version
    return change.partition, change.kind, version if not change.old else -1
