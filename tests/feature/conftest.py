"""Fixtures in the domain's words, on moto."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib.core.settings import settings
from infra.schema import create_tables
from tests.driver.aws import client
from tests.driver.fanout import Fanout
from tests.driver.history import Historian
from tests.driver.patient import Patient, opens_for_patients
from tests.driver.practice import Member, Practice
from tests.driver.stream import Stream
from tests.driver.timers import Timers


@pytest.fixture(autouse=True)
def aws(endpoint: None) -> Iterator[None]:
    """Fresh tables, made from the template, and what takes the frames."""
    del endpoint
    with mock_aws():
        names = {
            "DataTable": settings().table_name,
            "ConnectionsTable": settings().connections_table_name,
        }
        create_tables(client("dynamodb"), names)
        client("sqs").create_queue(QueueName="lock-timers")
        client("sqs").create_queue(QueueName="fanout.fifo", Attributes={"FifoQueue": "true"})
        client("sqs").create_queue(QueueName="notices.fifo", Attributes={"FifoQueue": "true"})
        yield


@pytest.fixture
def practice() -> Practice:
    """A practice with an admin, a doctor and a service."""
    return Practice()


@pytest.fixture
def alice(practice: Practice) -> Member:
    """A staff member."""
    return practice.hires("Alice")


@pytest.fixture
def bob(practice: Practice) -> Member:
    """Another staff member."""
    return practice.hires("Bob")


@pytest.fixture
def appointment(practice: Practice) -> str:
    """An appointment that was never locked."""
    return practice.enters_appointment()


@pytest.fixture
def timers() -> Timers:
    """The queue of lock timers."""
    return Timers()


@pytest.fixture
def fanout() -> Fanout:
    """The queue over which big audiences are told."""
    return Fanout()


@pytest.fixture
def stream() -> Stream:
    """The data table's stream."""
    return Stream()


@pytest.fixture
def historian(stream: Stream) -> Historian:
    """The function that writes the history."""
    return Historian(stream)


@pytest.fixture
def patient(practice: Practice) -> Patient:
    """A patient of a practice that is open from Monday to Friday, nine to five."""
    return Patient(opens_for_patients(practice))


@pytest.fixture
def other(patient: Patient) -> Patient:
    """Another patient of the same practice."""
    return Patient(patient.practice, "Joana Sá")
