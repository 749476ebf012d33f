"""Concurrent use of a ticket opens one connection."""

from dataclasses import dataclass

from chalicelib.locking.model import Tab
from chalicelib.realtime.service import connections
from tests.consistency.race_results import RaceResults
from tests.consistency.seed import SeededTenant
from tests.consistency.worker_pool import BarrierWait, WorkerPool

ROUNDS, VISITORS = 20, 16


@dataclass(frozen=True)
class Visitor:
    """A client with all the tickets."""

    name: str
    tickets: list[str]


def issue(tab: Tab) -> list[str]:
    return [connections.issue_ticket(tab.principal, tab.tab_id).ticket for _ in range(ROUNDS)]


def connect(visitor: Visitor, wait_at_barrier: BarrierWait) -> list[bool]:
    """Try each ticket, all visitors at the same moment."""
    accepted = []
    for number, ticket in enumerate(visitor.tickets):
        wait_at_barrier()
        accepted.append(connections.connect(f"{visitor.name}-{number}", ticket) is not None)
    return accepted


def test_ticket_race_opens_one_connection(workers: WorkerPool, race_results: RaceResults) -> None:
    tab = SeededTenant("tenant", []).tab("alice", "tab")
    tickets = workers.run_one(issue, tab)
    visitors = [Visitor(f"visitor-{number}", tickets) for number in range(VISITORS)]

    rounds = list(zip(*workers.run_together(connect, visitors), strict=True))

    for accepted in rounds:
        race_results.add("ticket", VISITORS, accepted.count(True))
    assert [accepted.count(True) for accepted in rounds] == [1] * ROUNDS
