"""A ticket opens one connection, however many try it at once."""

from dataclasses import dataclass

from chalicelib.locking.model import Tab
from chalicelib.realtime.service import connections
from tests.consistency.race_results import RaceResults
from tests.consistency.seed import SeededTenant
from tests.consistency.worker_pool import BarrierWait, WorkerPool

ROUNDS, VISITORS = 20, 16


@dataclass(frozen=True)
class Visitor:
    """Somebody who has come by all the tickets."""

    name: str
    tickets: list[str]


def issue(tab: Tab) -> list[str]:
    return [connections.issue_ticket(tab.principal, tab.tab_id).ticket for _ in range(ROUNDS)]


def connect(visitor: Visitor, line_up: BarrierWait) -> list[bool]:
    """Try every ticket, all visitors on one line for each."""
    accepted = []
    for number, ticket in enumerate(visitor.tickets):
        line_up()
        accepted.append(connections.connect(f"{visitor.name}-{number}", ticket) is not None)
    return accepted


def test_a_ticket_opens_one_connection(contenders: WorkerPool, scoreboard: RaceResults) -> None:
    tab = SeededTenant("tenant", []).tab("alice", "tab")
    tickets = contenders.run_one(issue, tab)
    visitors = [Visitor(f"visitor-{number}", tickets) for number in range(VISITORS)]

    rounds = list(zip(*contenders.run_together(connect, visitors), strict=True))

    for accepted in rounds:
        scoreboard.add("ticket", VISITORS, accepted.count(True))
    assert [accepted.count(True) for accepted in rounds] == [1] * ROUNDS
