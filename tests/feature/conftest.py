"""Fixtures of the feature tests, on moto."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib.core.settings import settings
from infra.schema import create_tables
from tests.app_client.aws import client
from tests.app_client.deadline_queue import DeadlineQueue
from tests.app_client.fanout_queue import FanoutQueue
from tests.app_client.history_writer import HistoryWriter
from tests.app_client.member import Member
from tests.app_client.patient import Patient, sets_working_hours
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream


@pytest.fixture(autouse=True)
def aws(endpoint: None) -> Iterator[None]:
    """Fresh tables and queues on moto, and the management API."""
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
    """Return a practice with an admin, a doctor and a service."""
    return Practice()


@pytest.fixture
def alice(practice: Practice) -> Member:
    """Return a staff member."""
    return practice.adds_member("Alice")


@pytest.fixture
def bob(practice: Practice) -> Member:
    """Another staff member."""
    return practice.adds_member("Bob")


@pytest.fixture
def appointment(practice: Practice) -> str:
    """Return an appointment that was never locked."""
    return practice.creates_appointment()


@pytest.fixture
def deadline_queue() -> DeadlineQueue:
    """Return the deadline queue."""
    return DeadlineQueue()


@pytest.fixture
def fanout() -> FanoutQueue:
    """Return the fan-out queue."""
    return FanoutQueue()


@pytest.fixture
def stream() -> Stream:
    """Return the data table's stream."""
    return Stream()


@pytest.fixture
def historian(stream: Stream) -> HistoryWriter:
    """Return the function that writes the history."""
    return HistoryWriter(stream)


@pytest.fixture
def patient(practice: Practice) -> Patient:
    """Return a patient of a practice that is open Monday to Friday, nine to five."""
    return Patient(sets_working_hours(practice))


@pytest.fixture
def other(patient: Patient) -> Patient:
    """Another patient of the same practice."""
    return Patient(patient.practice, "Joana Sá")
