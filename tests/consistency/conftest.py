"""One DynamoDB of AWS's own engine and one crew of processes for all contests."""

import os
from collections.abc import Iterator

import boto3
import pytest

from chalicelib.core.settings import settings
from infra.dynamodb_local import dynamodb_local
from infra.schema import create_tables
from tests.consistency.contention import contended_endpoint
from tests.consistency.race_results import RaceResults, ReportLines
from tests.consistency.table_reader import REGION, TableReader
from tests.consistency.worker_pool import WorkerPool, worker_pool

_SCOREBOARD = pytest.StashKey[RaceResults]()
_FIGURES = pytest.StashKey[ReportLines]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SCOREBOARD] = RaceResults()
    config.stash[_FIGURES] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    _show(terminalreporter, "one winner a round", list(config.stash[_SCOREBOARD].lines()))
    _show(terminalreporter, "consistency under faults", config.stash[_FIGURES])


def _show(terminalreporter: pytest.TerminalReporter, title: str, lines: list[str]) -> None:
    if lines:
        terminalreporter.section(title)
    for line in lines:
        terminalreporter.line(line)


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The endpoint of a DynamoDB with the template's tables, all empty."""
    with dynamodb_local() as endpoint:
        names = {
            "DataTable": settings().table_name,
            "ConnectionsTable": settings().connections_table_name,
        }
        create_tables(boto3.client("dynamodb", REGION, endpoint_url=endpoint), names)
        yield endpoint


@pytest.fixture(scope="session")
def contenders(database: str) -> Iterator[WorkerPool]:
    """The processes that contend."""
    with worker_pool({**os.environ, "AWS_ENDPOINT_URL": database}) as processes:
        yield processes


@pytest.fixture(scope="session")
def contenders_on_busy_database(database: str) -> Iterator[WorkerPool]:
    """The same on the same database, which often says that another transaction is in the way."""
    with (
        contended_endpoint(database) as endpoint,
        worker_pool({**os.environ, "AWS_ENDPOINT_URL": endpoint}, processes=4) as processes,
    ):
        yield processes


@pytest.fixture(scope="session")
def ledger(database: str) -> TableReader:
    """What the database says happened."""
    return TableReader(database)


@pytest.fixture(scope="session")
def scoreboard(pytestconfig: pytest.Config) -> RaceResults:
    """Where rounds are counted."""
    return pytestconfig.stash[_SCOREBOARD]


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> ReportLines:
    """Where lines are put that are shown when the run ends."""
    return pytestconfig.stash[_FIGURES]
