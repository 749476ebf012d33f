"""The history and its counters are exact, however many functions are told the same in the same moment."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from chalicelib.audit.model import AppointmentStatistics, HistoryEntry
from chalicelib.audit.service import keeping, reading
from chalicelib.core import keys, rate_limit
from chalicelib.core.cursor import cursor_in
from chalicelib.locking.model import Locked
from chalicelib.locking.service import holding
from tests.consistency.contest import Crew, LineUp
from tests.consistency.ledger import Ledger
from tests.consistency.office import Room, open_room, seeded

HOLDS, READERS = 12, 8
ALICE, BOB = "alice", "bob"


def work(room: Room) -> None:
    """Alice holds the lock so many times, and each time Bob is refused."""
    (appointment,) = room.appointments
    alice, bob = room.tab(ALICE, "one"), room.tab(BOB, "two")
    for _ in range(HOLDS):
        for tab in (alice, bob):
            limit = rate_limit.Limit(keys.ATTEMPTS, 10 * HOLDS, rate_limit.lock_attempts().window)
            rate_limit.spend(limit, tab.principal, appointment)
        lock = holding.acquire(alice, appointment)
        try:
            holding.acquire(bob, appointment)
        except Locked:
            holding.release(appointment, str(lock.lock_id), principal=alice.principal)


@dataclass(frozen=True)
class Reader:
    """A function that is told everything, in an order of its own."""

    number: int
    records: list[Any]


def read(reader: Reader, _: LineUp) -> None:
    """Follow every record."""
    shuffled = list(reader.records)
    seeded(reader.number).shuffle(shuffled)
    for record in shuffled:
        keeping.follow(record)


def look(room: Room) -> tuple[list[HistoryEntry], AppointmentStatistics]:
    """What is told and counted in the end."""
    viewer, (appointment,) = room.tab(ALICE, "one").principal, room.appointments
    page = reading.appointment_history(viewer, appointment, limit=100)
    return page.items, reading.appointment_statistics(viewer, appointment)


def test_what_many_are_told_at_once_is_written_and_counted_once(contenders: Crew, ledger: Ledger) -> None:
    room = contenders.alone(open_room, 1)
    contenders.alone(work, room)
    kinds = (keys.LOCK, keys.ATTEMPTS)
    followed = [record for record in ledger.records() if record["dynamodb"]["Keys"]["sk"]["S"] in kinds]
    own = [record for record in followed if room.tenant_id in record["dynamodb"]["Keys"]["pk"]["S"]]

    contenders.together(read, [Reader(number, own) for number in range(READERS)])

    entries, statistics = contenders.alone(look, room)
    assert Counter(entry.action for entry in entries) == {"acquired": HOLDS, "released": HOLDS}
    assert Counter(Counter(entry.lock_id for entry in entries).values()) == {2: HOLDS}
    assert (statistics.actions["acquired"], statistics.actions["released"]) == (HOLDS, HOLDS)
    assert (statistics.attempts, statistics.contention) == (2 * HOLDS, HOLDS)
    lengths = [entry.duration for entry in entries if entry.duration is not None]
    assert statistics.holds == len(lengths)
    assert statistics.longest_hold_seconds == max(lengths)
    assert statistics.mean_hold_seconds is not None
    assert abs(statistics.mean_hold_seconds - sum(lengths) / HOLDS) < 0.001


def look_before_all(room: Room) -> list[HistoryEntry]:
    """A page that begins at a place before the first, which DynamoDB's own engine would refuse to look for."""
    viewer, (appointment,) = room.tab(ALICE, "one").principal, room.appointments
    cursor = cursor_in(keys.appointment(room.tenant_id, appointment), "!")
    return reading.appointment_history(viewer, appointment, limit=1, cursor=cursor).items


def test_a_place_that_somebody_made_up_holds_nothing(contenders: Crew) -> None:
    room = contenders.alone(open_room, 1)

    assert contenders.alone(look_before_all, room) == []
