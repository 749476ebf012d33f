"""The number of files on the way of a request, from its route to DynamoDB."""

from chalicelib.booking.api import bookings
from chalicelib.locking.api import leases
from tests.app_client.patient import Patient, next_monday
from tests.app_client.practice import Member
from tests.app_client.request_path import files_passed
from tests.figures import report_line

MAX_ACQUIRE_FILES = 10
MAX_BOOKING_FILES = 16


def test_acquire_passes_at_most_ten_files(alice: Member, appointment: str) -> None:
    alice.acquires(appointment)
    alice.releases(appointment)

    files = files_passed(leases.acquire_lock, lambda: alice.acquires(appointment))

    report_line("Files on the way of a request", "acquire", f"{len(files)}  acquire  {', '.join(files)}")
    assert "locking/store/conditional_updates.py" in files
    assert len(files) <= MAX_ACQUIRE_FILES


def test_booking_passes_at_most_sixteen_files(patient: Patient) -> None:
    assert patient.holds(next_monday(9)).status == 201

    files = files_passed(bookings.book, lambda: patient.books("key"))

    report_line("Files on the way of a request", "booking", f"{len(files)}  booking  {', '.join(files)}")
    assert "booking/store/holds.py" in files
    assert len(files) <= MAX_BOOKING_FILES
