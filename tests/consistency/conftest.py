"""DynamoDB Local, and the processes that race on it."""

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
    """Yield the endpoint of a DynamoDB Local with the template's tables, all empty."""
    with dynamodb_local() as endpoint:
        names = {
            "DataTable": settings().table_name,
            "ConnectionsTable": settings().connections_table_name,
        }
        create_tables(boto3.client("dynamodb", REGION, endpoint_url=endpoint), names)
        yield endpoint


@pytest.fixture(scope="session")
def workers(database: str) -> Iterator[WorkerPool]:
    """Yield processes that run tasks at the same moment."""
    with worker_pool({**os.environ, "AWS_ENDPOINT_URL": database}) as processes:
        yield processes


@pytest.fixture(scope="session")
def workers_on_contended_table(database: str) -> Iterator[WorkerPool]:
    """Yield the same on a database that often reports colliding transactions."""
    with (
        contended_endpoint(database) as endpoint,
        worker_pool({**os.environ, "AWS_ENDPOINT_URL": endpoint}, processes=4) as processes,
    ):
        yield processes


@pytest.fixture(scope="session")
def tables(database: str) -> TableReader:
    """Items and stream of the database."""
    return TableReader(database)


@pytest.fixture(scope="session")
def race_results(pytestconfig: pytest.Config) -> RaceResults:
    """Return the counts of races."""
    return pytestconfig.stash[_SCOREBOARD]


@pytest.fixture(scope="session")
def report_lines(pytestconfig: pytest.Config) -> ReportLines:
    """Lines to print at the end of the run."""
    return pytestconfig.stash[_FIGURES]
