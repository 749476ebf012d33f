"""One DynamoDB of AWS's own engine and one crew of processes for all contests."""

import os
from collections.abc import Iterator

import boto3
import pytest

from chalicelib.core.settings import settings
from infra.dynamodb_local import dynamodb_local
from infra.schema import create_tables
from tests.consistency.busy import busy
from tests.consistency.contest import Crew, crew
from tests.consistency.ledger import REGION, Ledger
from tests.consistency.scoreboard import Figures, Scoreboard

_SCOREBOARD = pytest.StashKey[Scoreboard]()
_FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SCOREBOARD] = Scoreboard()
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
def contenders(database: str) -> Iterator[Crew]:
    """The processes that contend."""
    with crew({**os.environ, "AWS_ENDPOINT_URL": database}) as processes:
        yield processes


@pytest.fixture(scope="session")
def contenders_on_busy_database(database: str) -> Iterator[Crew]:
    """The same on the same database, which often says that another transaction is in the way."""
    with busy(database) as endpoint, crew({**os.environ, "AWS_ENDPOINT_URL": endpoint}, processes=4) as processes:
        yield processes


@pytest.fixture(scope="session")
def ledger(database: str) -> Ledger:
    """What the database says happened."""
    return Ledger(database)


@pytest.fixture(scope="session")
def scoreboard(pytestconfig: pytest.Config) -> Scoreboard:
    """Where rounds are counted."""
    return pytestconfig.stash[_SCOREBOARD]


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """Where lines are put that are shown when the run ends."""
    return pytestconfig.stash[_FIGURES]
