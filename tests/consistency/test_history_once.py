"""The history and its counters are exact, however many functions are told the same in the same moment."""

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

HOLDS, READERS = 12, 8
ALICE, BOB = "alice", "bob"


def work(room: SeededTenant) -> None:
    """Alice holds the lock so many times, and each time Bob is refused."""
    (appointment,) = room.appointments
    alice, bob = room.tab(ALICE, "one"), room.tab(BOB, "two")
    for _ in range(HOLDS):
        for tab in (alice, bob):
            limit = rate_limit.RateLimit(keys.LOCK_ATTEMPTS, 10 * HOLDS, lock_attempt_limit().window)
            rate_limit.consume(limit, tab.principal, appointment)
        lock = leases.acquire(alice, appointment)
        try:
            leases.acquire(bob, appointment)
        except Locked:
            leases.release(appointment, str(lock.lock_id), principal=alice.principal)


@dataclass(frozen=True)
class Reader:
    """A function that is told everything, in an order of its own."""

    number: int
    records: list[Any]


def read(reader: Reader, _: BarrierWait) -> None:
    """Follow every record."""
    shuffled = list(reader.records)
    seeded_random(reader.number).shuffle(shuffled)
    for record in shuffled:
        writer.record_change(StreamRecord.parse(record))


def look(room: SeededTenant) -> tuple[list[HistoryEntry], AppointmentStatistics]:
    """What is told and counted in the end."""
    viewer, (appointment,) = room.tab(ALICE, "one").principal, room.appointments
    page = queries.appointment_history(viewer, appointment, PageQuery(100))
    return page.items, queries.appointment_statistics(viewer, appointment)


def test_what_many_are_told_at_once_is_written_and_counted_once(
    contenders: WorkerPool, ledger: TableReader
) -> None:
    room = contenders.run_one(seed_tenant, 1)
    contenders.run_one(work, room)
    kinds = (keys.LOCK, keys.LOCK_ATTEMPTS)
    followed = [record for record in ledger.records() if record["dynamodb"]["Keys"]["sk"]["S"] in kinds]
    own = [record for record in followed if room.tenant_id in record["dynamodb"]["Keys"]["pk"]["S"]]

    contenders.run_together(read, [Reader(number, own) for number in range(READERS)])

    entries, statistics = contenders.run_one(look, room)
    assert Counter(entry.action for entry in entries) == {"acquired": HOLDS, "released": HOLDS}
    assert Counter(Counter(entry.lock_id for entry in entries).values()) == {2: HOLDS}
    assert (statistics.actions["acquired"], statistics.actions["released"]) == (HOLDS, HOLDS)
    assert (statistics.attempts, statistics.contention) == (2 * HOLDS, HOLDS)
    lengths = [entry.duration for entry in entries if entry.duration is not None]
    assert statistics.holds == len(lengths)
    assert statistics.longest_hold_seconds == max(lengths)
    assert statistics.mean_hold_seconds is not None
    assert abs(statistics.mean_hold_seconds - sum(lengths) / HOLDS) < 0.001


def look_before_all(room: SeededTenant) -> list[HistoryEntry]:
    """A page that begins at a place before the first, which DynamoDB's own engine would refuse to look for."""
    viewer, (appointment,) = room.tab(ALICE, "one").principal, room.appointments
    cursor = to_cursor(keys.AppointmentKey(room.tenant_id, appointment).partition, "!")
    return queries.appointment_history(viewer, appointment, PageQuery(1, cursor)).items


def test_a_place_that_somebody_made_up_holds_nothing(contenders: WorkerPool) -> None:
    room = contenders.run_one(seed_tenant, 1)

    assert contenders.run_one(look_before_all, room) == []
