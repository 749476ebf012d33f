"""The files on the way of a request to DynamoDB, and of a stream record to its frames."""

import re

import botocore.session

from chalicelib.booking.api import bookings
from chalicelib.locking.api import leases
from chalicelib.realtime import fanout
from chalicelib.realtime.management_api.client import ManagementApiClient
from infra.paths import ROOT
from tests.app_client.member import Member
from tests.app_client.patient import Patient, next_monday
from tests.app_client.request_path import files_passed
from tests.app_client.stream import Stream
from tests.fake_management_api import FakeManagementApi
from tests.figures import report_line

MAX_ACQUIRE_FILES = 10
MAX_BOOKING_FILES = 16
MAX_STREAM_FILES = 17
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


def test_acquire_passes_at_most_ten_files(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)

    files = files_passed(leases.acquire_lock.handler, lambda: alice.acquires(appointment))

    report_line("Files on the way of a request", "acquire", f"{len(files)}  acquire  {', '.join(files)}")
    assert "locking/store/conditional_updates.py" in files
    assert len(files) <= MAX_ACQUIRE_FILES
    assert files == documented("an acquire")


def test_booking_passes_at_most_sixteen_files(patient: Patient) -> None:
    assert patient.holds(next_monday(9)).status == 201

    files = files_passed(bookings.book.handler, lambda: patient.books("key"))

    report_line("Files on the way of a request", "booking", f"{len(files)}  booking  {', '.join(files)}")
    assert "booking/store/holds.py" in files
    assert len(files) <= MAX_BOOKING_FILES
    assert files == documented("a booking")


def test_stream_record_passes_at_most_seventeen_files(
    alice: Member, bob: Member, appointment: str, stream: Stream
) -> None:
    bob.connects().subscribes(appointment)
    stream.pump()
    alice.acquires(appointment)
    session = botocore.session.get_session()
    session.set_credentials("test", "test")

    with FakeManagementApi() as api:
        client = ManagementApiClient(api.endpoint, session)
        files = files_passed(fanout.publish, lambda: stream.pump(client))
        client.shut_down()

    report_line(
        "Files on the way of a request", "stream record", f"{len(files)}  stream record  {', '.join(files)}"
    )
    assert api.frames
    assert len(files) <= MAX_STREAM_FILES
    assert files == documented("a stream record to its frames")


def documented(heading: str) -> list[str]:
    """Return the files that the architecture page names under a heading."""
    section = ARCHITECTURE.split(f"### The way of {heading}\n", 1)[1].split("\n#", 1)[0]
    return re.findall(r"^\d+\. `([\w/.]+)`", section, re.MULTILINE)
