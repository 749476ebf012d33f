"""One run from the opening of the practice to the checker's verdict."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from chalicelib.appointments.service import lapses
from chalicelib.core import keys
from chalicelib.core.clock import utc_now
from tests.consistency.bookings.checks import Violation, violations
from tests.consistency.bookings.client import HOLD_SECONDS, work
from tests.consistency.bookings.hand import Seat
from tests.consistency.bookings.practice import Practice, open_practice
from tests.consistency.bookings.record import Record
from tests.consistency.faults import diary
from tests.consistency.faults.backroom import Backroom
from tests.consistency.faults.client import Board
from tests.consistency.faults.fate import Rates
from tests.consistency.faults.gathering import makers_of
from tests.consistency.faults.journal import Call, Written
from tests.consistency.faults.network import Network
from tests.consistency.faults.record import Write
from tests.consistency.faults.seats import Seats
from tests.consistency.faults.shift import forking
from tests.consistency.ledger import Change, Fields, Ledger
from tests.consistency.office import seeded, stopped_at
from tests.consistency.proxy import proxied

_LEAP = timedelta(seconds=40)
_SKEWS_MS = (0, 0, 300, -300, 1500, -1500)


@dataclass(frozen=True)
class Plan:
    """How much is done by how many, over how many doctors and hours, and with how much bad luck."""

    seed: int
    operations: int
    seats: int = 64
    doctors: int = 4
    hours: int = 20
    rates: Rates = field(default_factory=Rates)

    @property
    def leaps(self) -> int:
        """How often everything lapses that is held: a client does a few things between two times."""
        return max(2, self.operations // (6 * self.seats))


@dataclass(frozen=True)
class Verdict:
    """What a run has come to, and what the checker says of it."""

    plan: Plan
    record: Record
    calls: list[Call]
    violations: list[Violation]
    kills: int


def run(plan: Plan, database: str, folder: Path) -> Verdict:
    """Let clients do what they do, let everything lapse that is held, and check what is written about it."""
    context, network, ledger = forking(), Network(plan.seed, plan.rates), Ledger(database)
    backroom = Backroom(context, database)
    try:
        practice = backroom.does(open_practice, plan.doctors, plan.hours)
        with proxied(database, network.meddle) as endpoint:
            board = Board.for_seats(plan.seats)

            def hire(seat: int, incarnation: int) -> ForkServerProcess:
                skew_ms = seeded((plan.seed, seat, incarnation)).choice(_SKEWS_MS)
                place = Seat(seat, incarnation, plan.seed, practice, skew_ms)
                return context.Process(target=work, args=(place, board, folder, endpoint))

            kills = _work(Seats(board, hire), board, plan)
        at_close = _items(ledger, practice)
        backroom.does(sweep_all)
    finally:
        backroom.closes()
    calls = network.journal.calls
    record = Record(
        services={service.id: service for service in practice.services},
        hold_ms=HOLD_SECONDS * 1000,
        writes=list(_writes(ledger, practice, makers_of(calls))),
        operations=diary.read(folder),
        at_close=at_close,
        at_end=_items(ledger, practice),
    )
    return Verdict(plan, record, calls, violations(record), kills)


def sweep_all() -> None:
    """Sweep once, when all holds must have lapsed."""
    lapses.sweep_holds(clock=stopped_at(utc_now() + timedelta(hours=1)))


def _work(seats: Seats, board: Board, plan: Plan) -> int:
    """Let the clients work, and from time to time all clocks leap; how many clients died."""
    with seats.taken():
        for leap in range(plan.leaps):
            seats.until_done(plan.operations * (leap + 1) // (plan.leaps + 1))
            board.leap_ms.value += round(_LEAP / timedelta(milliseconds=1))
        seats.until_done(plan.operations)
    return seats.kills


def _items(ledger: Ledger, practice: Practice) -> list[Fields]:
    return [item for item in ledger.everything() if _is_of(practice, str(item["pk"]))]


def _is_of(practice: Practice, partition: str) -> bool:
    return partition.startswith(f"{keys.tenant(practice.tenant_id)}#")


def _writes(ledger: Ledger, practice: Practice, makers: dict[Written, Call]) -> Iterable[Write]:
    changes = [change for change in ledger.changes() if _is_of(practice, change.partition)]
    for place, change in enumerate(changes):
        call = makers.get(_written(change))
        if call:
            yield Write(place, change.old, change.new, call.client, call.began, call.ended)
        else:
            yield Write(place, change.old, change.new)


def _written(change: Change) -> Written:
    """What the network's journal calls it: an appointment's version by its revision, what is put by its keys."""
    version = int(change.new.get("version", 0))
    if change.kind == keys.APPOINTMENT and version != change.old.get("version"):
        return change.partition, keys.revision(version), version
    return change.partition, change.kind, version if not change.old else -1
