"""One run from the opening of the practice to the checker's verdict."""

from dataclasses import dataclass
from pathlib import Path

from tests.consistency.faults import diary
from tests.consistency.faults.aftermath import settles, tells
from tests.consistency.faults.backroom import PROCESSES, Backroom
from tests.consistency.faults.checks import Violation, violations
from tests.consistency.faults.gathering import Notes, records
from tests.consistency.faults.network import Network
from tests.consistency.faults.oblivion import Oblivion
from tests.consistency.faults.record import Record
from tests.consistency.faults.shift import Plan, Shift, forking
from tests.consistency.ledger import Ledger
from tests.consistency.office import open_room
from tests.consistency.proxy import proxied


@dataclass(frozen=True)
class Verdict:
    """What a run has come to, and what the checker says of it."""

    plan: Plan
    notes: Notes
    records: list[Record]
    violations: list[Violation]
    kills: int
    removals: int
    deliveries: int


def run(plan: Plan, database: str, folder: Path) -> Verdict:
    """Let clients do what they do, let everything end, and check what is written about it."""
    context, network, oblivion = forking(), Network(plan.seed, plan.rates), Oblivion(database)
    backroom = Backroom(context, database)
    try:
        room = backroom.does(open_room, plan.appointments)
        with proxied(database, network.meddle) as endpoint:
            shift = Shift(plan, room, endpoint, folder, context, oblivion, backroom)
            shift.runs()
        deliveries = backroom.does(settles, database, room.tenant_id, plan.seed, shift.leap)
        deliveries += sum(backroom.does_together(tells, PROCESSES, database, room.tenant_id, plan.seed))
    finally:
        backroom.closes()
    ledger = Ledger(database)
    notes = Notes(room, ledger.changes(), network.journal.calls, diary.read(folder))
    found = records(notes, ledger)
    wrong = [violation for record in found for violation in violations(record)]
    return Verdict(plan, notes, found, wrong, shift.kills, oblivion.removed, deliveries)
