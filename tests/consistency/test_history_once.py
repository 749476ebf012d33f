"""The audit history is exact although many functions receive the same records at the same moment."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from chalicelib.audit.model import AppointmentStatistics, HistoryEntry
from chalicelib.audit.service import queries, writer
from chalicelib.core.dynamodb import keys
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.core.http.pagination import PageQuery, to_cursor
from chalicelib.core.security import rate_limit
from chalicelib.locking.api.leases import lock_attempt_limit
from chalicelib.locking.model import Locked
from chalicelib.locking.service import leases
from tests.consistency.seed import SeededTenant, seed_tenant, seeded_random
from tests.consistency.table_reader import TableReader
from tests.consistency.worker_pool import BarrierWait, WorkerPool

LEASES, READERS = 12, 8
ALICE, BOB = "alice", "bob"


def lock_repeatedly(tenant: SeededTenant) -> None:
    """Let Alice acquire and release the lock repeatedly, with a rejected attempt of Bob each time."""
    (appointment,) = tenant.appointments
    alice, bob = tenant.tab(ALICE, "one"), tenant.tab(BOB, "two")
    for _ in range(LEASES):
        for tab in (alice, bob):
            limit = rate_limit.RateLimit(keys.LOCK_ATTEMPTS, 10 * LEASES, lock_attempt_limit().window)
            rate_limit.consume(limit, tab.principal, appointment)
        lock = leases.acquire(alice, appointment)
        try:
            leases.acquire(bob, appointment)
        except Locked:
            leases.release(appointment, str(lock.lock_id), principal=alice.principal)


@dataclass(frozen=True)
class Reader:
    """A function that receives all records, in its own order."""

    number: int
    records: list[Any]


def record_changes(reader: Reader, _: BarrierWait) -> None:
    """Record every change."""
    shuffled = list(reader.records)
    seeded_random(reader.number).shuffle(shuffled)
    for record in shuffled:
        writer.record_change(StreamRecord.parse(record))


def read_history(tenant: SeededTenant) -> tuple[list[HistoryEntry], AppointmentStatistics]:
    """Return the entries and the counters."""
    viewer, (appointment,) = tenant.tab(ALICE, "one").principal, tenant.appointments
    page = queries.appointment_history(viewer, appointment, PageQuery(100))
    return page.items, queries.appointment_statistics(viewer, appointment)


def test_history_of_concurrent_deliveries_has_each_event_once(workers: WorkerPool, tables: TableReader) -> None:
    tenant = workers.run_one(seed_tenant, 1)
    workers.run_one(lock_repeatedly, tenant)
    kinds = (keys.LOCK, keys.LOCK_ATTEMPTS)
    followed = [record for record in tables.records() if record["dynamodb"]["Keys"]["sk"]["S"] in kinds]
    own = [record for record in followed if tenant.tenant_id in record["dynamodb"]["Keys"]["pk"]["S"]]

    workers.run_together(record_changes, [Reader(number, own) for number in range(READERS)])

    entries, statistics = workers.run_one(read_history, tenant)
    assert Counter(entry.action for entry in entries) == {"acquired": LEASES, "released": LEASES}
    assert Counter(Counter(entry.lock_id for entry in entries).values()) == {2: LEASES}
    assert (statistics.actions["acquired"], statistics.actions["released"]) == (LEASES, LEASES)
    assert (statistics.attempts, statistics.contention) == (2 * LEASES, LEASES)
    lengths = [entry.duration for entry in entries if entry.duration is not None]
    assert statistics.holds == len(lengths)
    assert statistics.longest_hold_seconds == max(lengths)
    assert statistics.mean_hold_seconds is not None
    assert abs(statistics.mean_hold_seconds - sum(lengths) / LEASES) < 0.001


def history_before_first_entry(tenant: SeededTenant) -> list[HistoryEntry]:
    """Return the page at a cursor before the first entry, a key that DynamoDB itself would refuse."""
    viewer, (appointment,) = tenant.tab(ALICE, "one").principal, tenant.appointments
    cursor = to_cursor(keys.AppointmentKey(tenant.tenant_id, appointment).partition, "!")
    return queries.appointment_history(viewer, appointment, PageQuery(1, cursor)).items


def test_history_at_invented_cursor_is_empty(workers: WorkerPool) -> None:
    tenant = workers.run_one(seed_tenant, 1)

    assert workers.run_one(history_before_first_entry, tenant) == []
