"""One run from the opening of the practice to the checker's verdict."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from chalicelib.booking.service import hold_expiry
from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from tests.consistency.bookings.booking_history import BookingHistory
from tests.consistency.bookings.checker import Violation, violations
from tests.consistency.bookings.client import HOLD_SECONDS, run_client
from tests.consistency.bookings.client_state import ClientIdentity
from tests.consistency.bookings.tenant import BookingTenant, create_tenant
from tests.consistency.faults import operation_log
from tests.consistency.faults.app_workers import AppWorkers
from tests.consistency.faults.call_log import Call, ItemVersion
from tests.consistency.faults.client import SharedState
from tests.consistency.faults.history import calls_by_version
from tests.consistency.faults.item_history import Write
from tests.consistency.faults.nemesis import FaultRates
from tests.consistency.faults.network import FaultyNetwork
from tests.consistency.faults.supervisor import Supervisor
from tests.consistency.faults.workload import forkserver_context
from tests.consistency.proxy import run_proxy
from tests.consistency.seed import fixed_clock, seeded_random
from tests.consistency.table_reader import Fields, ItemChange, TableReader

_CLOCK_JUMP = timedelta(seconds=40)
_SKEWS_MS = (0, 0, 300, -300, 1500, -1500)


@dataclass(frozen=True)
class RunConfig:
    """How much is done by how many, over how many doctors and hours, and with how much bad luck."""

    seed: int
    operations: int
    workers: int = 64
    doctors: int = 4
    hours: int = 20
    rates: FaultRates = field(default_factory=FaultRates)

    @property
    def clock_jumps(self) -> int:
        """How often everything lapses that is held: a client does a few things between two times."""
        return max(2, self.operations // (6 * self.workers))


@dataclass(frozen=True)
class RunResult:
    """What a run has come to, and what the checker says of it."""

    config: RunConfig
    history: BookingHistory
    calls: list[Call]
    violations: list[Violation]
    kills: int


def run(plan: RunConfig, database: str, folder: Path) -> RunResult:
    """Let clients do what they do, let everything lapse that is held, and check what is written about it."""
    context, network, ledger = forkserver_context(), FaultyNetwork(plan.seed, plan.rates), TableReader(database)
    backroom = AppWorkers(context, database)
    try:
        practice = backroom.run(create_tenant, plan.doctors, plan.hours)
        with run_proxy(database, network.intercept) as endpoint:
            board = SharedState.for_workers(plan.workers)

            def hire(seat: int, incarnation: int) -> ForkServerProcess:
                skew_ms = seeded_random((plan.seed, seat, incarnation)).choice(_SKEWS_MS)
                place = ClientIdentity(seat, incarnation, plan.seed, practice, skew_ms)
                return context.Process(target=run_client, args=(place, board, folder, endpoint))

            kills = _run_workload(Supervisor(board, hire), board, plan)
        at_close = _items(ledger, practice)
        backroom.run(sweep_all_holds)
    finally:
        backroom.close()
    calls = network.call_log.calls
    record = BookingHistory(
        services={service.id: service for service in practice.services},
        hold_ms=HOLD_SECONDS * 1000,
        writes=list(_writes(ledger, practice, calls_by_version(calls))),
        operations=operation_log.read_logs(folder),
        at_close=at_close,
        at_end=_items(ledger, practice),
    )
    return RunResult(plan, record, calls, violations(record), kills)


def sweep_all_holds() -> None:
    """Sweep once, when all holds must have lapsed."""
    hold_expiry.sweep_holds(clock=fixed_clock(utc_now() + timedelta(hours=1)))


def _run_workload(seats: Supervisor, board: SharedState, plan: RunConfig) -> int:
    """Let the clients work, and from time to time all clocks leap; how many clients died."""
    with seats.running():
        for leap in range(plan.clock_jumps):
            seats.run_until_done(plan.operations * (leap + 1) // (plan.clock_jumps + 1))
            board.clock_offset_ms.value += round(_CLOCK_JUMP / timedelta(milliseconds=1))
        seats.run_until_done(plan.operations)
    return seats.kills


def _items(ledger: TableReader, practice: BookingTenant) -> list[Fields]:
    return [item for item in ledger.all_items() if _is_of(practice, str(item["pk"]))]


def _is_of(practice: BookingTenant, partition: str) -> bool:
    return partition.startswith(f"{keys.tenant(practice.tenant_id)}#")


def _writes(ledger: TableReader, practice: BookingTenant, makers: dict[ItemVersion, Call]) -> Iterable[Write]:
    changes = [change for change in ledger.changes() if _is_of(practice, change.partition)]
    for place, change in enumerate(changes):
        call = makers.get(_version_of(change))
        if call:
            yield Write(place, change.old, change.new, call.client, call.began, call.ended)
        else:
            yield Write(place, change.old, change.new)


def _version_of(change: ItemChange) -> ItemVersion:
    """What the network's journal calls it: an appointment's version by its revision, what is put by its keys."""
    version = int(change.new.get("version", 0))
    if change.kind == keys.APPOINTMENT and version != change.old.get("version"):
        return change.partition, keys.revision(version), version
    return change.partition, change.kind, version if not change.old else -1
