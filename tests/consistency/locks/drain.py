"""After all clients stopped: stream records and timers are delivered late and repeatedly."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.audit.service import writer
from chalicelib.core.clock import utc_now
from chalicelib.core.dynamodb import keys
from chalicelib.core.events.deadline_queue import Deadline
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.locking.service import deadlines
from tests.consistency.seed import fixed_clock, seeded_random
from tests.consistency.table_reader import TableReader

RawRecord = dict[str, Any]

_MAX_ROUNDS = 40
# Longer than any timeout.
_PAUSE = timedelta(minutes=5)
# How many of each lock's messages are still in flight; clients have delivered the others.
_MAX_IN_FLIGHT = 40


@dataclass
class CollectingQueue:
    """Keeps timers until the next round."""

    timers: list[Deadline] = field(default_factory=list)

    def send(self, deadline: Deadline, now: datetime) -> None:
        """Keep a timer."""
        del now
        self.timers.append(deadline)


def deliver_removals(removed: Iterable[tuple[str, RawRecord]]) -> None:
    """Deliver the removals of locks by TTL, twice."""
    for partition, image in list(removed) * 2:
        deadlines.on_change(keys.LockKey.parse(partition), image, None)


def drain_timers(database: str, tenant_id: str, seed: int, clock_offset: timedelta) -> int:
    """Deliver all changes of locks and their timers, and sweep, until nothing follows. Returns the deliveries.

    Raises:
        AssertionError: it does not end.
    """
    rng, tables, queue = seeded_random((seed, "drain")), TableReader(database), CollectingQueue()
    now, seen, deliveries = utc_now() + clock_offset, 0, 0
    for _ in range(_MAX_ROUNDS):
        records = list(islice(tables.records(), seen, None))
        seen += len(records)
        if not records and not queue.timers:
            return deliveries
        now += _PAUSE
        deliveries += _deliver(_of_locks(records, tenant_id), queue, now, rng)
        deliveries += _deliver_timers(queue, now, rng)
        deadlines.sweep(clock=fixed_clock(now))
    raise AssertionError("the timers never end")


def deliver_history(number: int, of: int, database: str, tenant_id: str, seed: int) -> int:
    """Deliver a share of all changes to the audit history, and some others again, in any order.

    Several processes do this at the same time. Returns the number of deliveries.
    """
    rng = seeded_random((seed, "history", number))
    records = _of_locks(TableReader(database).records(), tenant_id)
    share = records[number::of] + _sample(records, rng)
    rng.shuffle(share)
    for record in share:
        writer.record_change(StreamRecord.parse(record))
    return len(share)


def _of_locks(records: Iterable[RawRecord], tenant_id: str) -> list[RawRecord]:
    return [record for record in records if _is_of_lock(record["dynamodb"]["Keys"], tenant_id)]


def _is_of_lock(key: RawRecord, tenant_id: str) -> bool:
    return key["sk"]["S"] == keys.LOCK and keys.LockKey.parse(key["pk"]["S"]).tenant_id == tenant_id


def _deliver(records: list[RawRecord], queue: CollectingQueue, now: datetime, rng: random.Random) -> int:
    repeated = records + _sample(records, rng)
    for record in repeated:
        change = StreamRecord.parse(record)
        key = keys.LockKey.parse(change.key.partition)
        deadlines.on_change(key, change.old, change.new, queue=queue, clock=fixed_clock(now))
    return len(repeated)


def _deliver_timers(queue: CollectingQueue, now: datetime, rng: random.Random) -> int:
    timers = _still_in_flight(queue.timers)
    queue.timers.clear()
    repeated = timers + _sample(timers, rng)
    rng.shuffle(repeated)
    for timer in repeated:
        deadlines.on_deadline(timer, queue, clock=fixed_clock(now))
    return len(repeated)


def _sample(things: list[Any], rng: random.Random) -> list[Any]:
    return rng.sample(things, len(things) // 4)


def _still_in_flight(timers: Iterable[Deadline]) -> list[Deadline]:
    by_appointment: dict[str, list[Deadline]] = defaultdict(list)
    for timer in dict.fromkeys(timers):
        by_appointment[timer.subject_id].append(timer)
    return [timer for found in by_appointment.values() for timer in found[-_MAX_IN_FLIGHT:]]
