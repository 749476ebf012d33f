"""When all have gone: the stream's records are delivered as Lambda and SQS do it, late and more than once."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.audit.service import keeping
from chalicelib.core import keys
from chalicelib.core.clock import utc_now
from chalicelib.locking.model.timers import Timer
from chalicelib.locking.service import deadlines
from tests.consistency.ledger import Ledger
from tests.consistency.office import seeded, stopped_at

Record = dict[str, Any]

_ROUNDS = 40
# Between two rounds more time passes than anything waits for.
_PAUSE = timedelta(minutes=5)
# Of each lock's timers, how many messages have not come yet; clients have played with the others.
_STILL_UNDER_WAY = 40


@dataclass
class Queue:
    """Keeps what is sent until the next round."""

    timers: list[Timer] = field(default_factory=list)

    def send(self, timer: Timer, now: datetime) -> None:
        """Keep a timer."""
        del now
        self.timers.append(timer)


def remember_removed(removed: Iterable[tuple[str, Record]]) -> None:
    """Deliver the removal of locks by TTL to what follows the stream; twice."""
    for partition, image in list(removed) * 2:
        deadlines.follow_up(partition, image, None)


def settles(database: str, tenant_id: str, seed: int, leap: timedelta) -> int:
    """Let everything fall due that can: deliver all changes of locks, ring their timers, and sweep, until nothing
    follows any more. The number of deliveries.

    Raises:
        AssertionError: it never ends.
    """
    chance, ledger, queue = seeded((seed, "aftermath")), Ledger(database), Queue()
    now, seen, deliveries = utc_now() + leap, 0, 0
    for _ in range(_ROUNDS):
        records = list(islice(ledger.records(), seen, None))
        seen += len(records)
        if not records and not queue.timers:
            return deliveries
        now += _PAUSE
        deliveries += _deliver(_of_locks(records, tenant_id), queue, now, chance)
        deliveries += _ring(queue, now, chance)
        deadlines.sweep(clock=stopped_at(now))
    raise AssertionError("the timers never come to an end")


def tells(number: int, of: int, database: str, tenant_id: str, seed: int) -> int:
    """Deliver a share of all changes to the history, and some of the other shares' again, in any order.

    Several do this at once. The number of deliveries.
    """
    chance = seeded((seed, "history", number))
    records = _of_locks(Ledger(database).records(), tenant_id)
    share = records[number::of] + _some(records, chance)
    chance.shuffle(share)
    for record in share:
        keeping.follow(record)
    return len(share)


def _of_locks(records: Iterable[Record], tenant_id: str) -> list[Record]:
    return [record for record in records if _is_of_lock(record["dynamodb"]["Keys"], tenant_id)]


def _is_of_lock(key: Record, tenant_id: str) -> bool:
    return key["sk"]["S"] == keys.LOCK and keys.appointment_of(key["pk"]["S"])[0] == tenant_id


def _deliver(records: list[Record], queue: Queue, now: datetime, chance: random.Random) -> int:
    repeated = records + _some(records, chance)
    for record in repeated:
        change = record["dynamodb"]
        partition, old, new = change["Keys"]["pk"]["S"], change.get("OldImage"), change.get("NewImage")
        deadlines.follow_up(partition, old, new, queue=queue, clock=stopped_at(now))
    return len(repeated)


def _ring(queue: Queue, now: datetime, chance: random.Random) -> int:
    timers = _under_way(queue.timers)
    queue.timers.clear()
    repeated = timers + _some(timers, chance)
    chance.shuffle(repeated)
    for timer in repeated:
        deadlines.ring(timer, queue, clock=stopped_at(now))
    return len(repeated)


def _some(things: list[Any], chance: random.Random) -> list[Any]:
    return chance.sample(things, len(things) // 4)


def _under_way(timers: Iterable[Timer]) -> list[Timer]:
    by_appointment: dict[str, list[Timer]] = defaultdict(list)
    for timer in dict.fromkeys(timers):
        by_appointment[timer.appointment_id].append(timer)
    return [timer for found in by_appointment.values() for timer in found[-_STILL_UNDER_WAY:]]
