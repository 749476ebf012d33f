"""When all clients have gone: the stream's records are delivered as Lambda and SQS do it, more than once and late,
until nothing follows from them any more.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.core import keys
from chalicelib.core.clock import Clock, utc_now
from chalicelib.locking import service as locking
from chalicelib.locking.model.timers import Timer
from tests.consistency.ledger import Ledger
from tests.consistency.office import seeded

Record = dict[str, Any]
Consumer = Callable[[Record, "Delivery"], None]

_ROUNDS = 40
_STILL_UNDER_WAY = 40
# Between two rounds more time passes than anything waits for.
_PAUSE = timedelta(minutes=5)


@dataclass
class Delivery:
    """What consumers are given: a clock, and a queue that keeps what they send until it is time."""

    now: datetime
    timers: list[Timer] = field(default_factory=list)

    def clock(self) -> datetime:
        """The present."""
        return self.now

    def send(self, timer: Timer, now: datetime) -> None:
        """Keep a timer until the next round."""
        del now
        self.timers.append(timer)


def wait_for_deadlines(record: Record, delivery: Delivery) -> None:
    """What the stream's function does to have deadlines announced."""
    change = record["dynamodb"]
    locking.follow_up(
        change["Keys"]["pk"]["S"],
        change.get("OldImage"),
        change.get("NewImage"),
        queue=delivery,
        clock=delivery.clock,
    )


# Everything that lives on the stream's records of locks. Each must bear repetition.
CONSUMERS: list[Consumer] = [wait_for_deadlines]


def remember_removed(partitions: Iterable[tuple[str, Record]]) -> None:
    """Deliver the removal of locks, as the stream does soon after; twice."""
    for partition, image in list(partitions) * 2:
        locking.follow_up(partition, image, None)


def settles(database: str, tenant_id: str, seed: int, leap: timedelta) -> int:
    """Deliver everything, and ring every timer, until nothing follows; the number of deliveries.

    Raises:
        AssertionError: it never ends.
    """
    chance, ledger = seeded((seed, "aftermath")), Ledger(database)
    delivery, seen, delivered = Delivery(utc_now() + leap), 0, 0
    for _ in range(_ROUNDS):
        records = list(islice(ledger.records(), seen, None))
        seen += len(records)
        if not records and not delivery.timers:
            return delivered
        delivery.now += _PAUSE
        delivered += _deliver(_locks(records, tenant_id), delivery, chance)
        delivered += _ring(delivery, chance)
    raise AssertionError("the timers never come to an end")


def _locks(records: Iterable[Record], tenant_id: str) -> list[Record]:
    found = []
    for record in records:
        key = record["dynamodb"]["Keys"]
        if key["sk"]["S"] == keys.LOCK and keys.appointment_of(key["pk"]["S"])[0] == tenant_id:
            found.append(record)
    return found


def _deliver(records: list[Record], delivery: Delivery, chance: random.Random) -> int:
    repeated = [*records, *chance.sample(records, len(records) // 3)]
    for record in repeated:
        for consume in CONSUMERS:
            consume(record, delivery)
    return len(repeated)


def _ring(delivery: Delivery, chance: random.Random) -> int:
    timers = _under_way(delivery.timers)
    delivery.timers.clear()
    repeated = [*timers, *chance.sample(timers, len(timers) // 3)]
    chance.shuffle(repeated)
    for timer in repeated:
        locking.ring(timer, delivery, clock=_clock_at(delivery.now))
    return len(repeated)


def _under_way(timers: Iterable[Timer]) -> list[Timer]:
    """Those that have not come long ago, as the clients have played with so many of them."""
    by_appointment: dict[str, list[Timer]] = defaultdict(list)
    for timer in dict.fromkeys(timers):
        by_appointment[timer.appointment_id].append(timer)
    return [timer for found in by_appointment.values() for timer in found[-_STILL_UNDER_WAY:]]


def _clock_at(instant: datetime) -> Clock:
    return lambda: instant
