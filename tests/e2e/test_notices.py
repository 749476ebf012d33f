"""Mails to patients, from the booking to the calendar file."""

import time
import uuid
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from tests.app_client.mail import DeliveredMail
from tests.app_client.member import Member
from tests.e2e.account import Account
from tests.stack import Stack

MAIL_SECONDS = 20.0


@pytest.fixture
def patient() -> str:
    """Return a new email address."""
    return f"marta-{uuid.uuid4().hex}@patients.test"


def test_patient_gets_mails_of_booking_and_cancellation(stack: Stack, alice: Member, patient: str) -> None:
    appointment = _create_appointment(alice, patient)

    (mail,) = _mails(stack, patient, 1)

    assert mail.subject.startswith("Confirmed: ")
    assert f"http://localhost:{stack.port}/b/" in mail.text
    event = _event_in(mail, "REQUEST")
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{appointment}@holdfast", 0)
    lock = alice.acquires(appointment)["lock"]
    cancelled = alice.post(f"/appointments/{appointment}/cancel", {"version": 1, "lockId": lock["lockId"]})
    assert cancelled.status == 200, cancelled
    _, mail = _mails(stack, patient, 2)
    assert mail.subject.startswith("Cancelled: ")
    event = _event_in(mail, "CANCEL")
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{appointment}@holdfast", 1)
    alice.releases(appointment)


def test_import_of_the_demo_sends_no_mail(stack: Stack) -> None:
    assert not [mail for mail in _all(stack) if not mail.to.startswith("marta-")]


def test_unreadable_notification_message_is_reported(account: Account) -> None:
    record = {"messageId": "m1", "eventSource": "aws:sqs", "body": "rubbish"}
    answer = account.invoke("OnNotice", {"Records": [record | {"attributes": {"MessageGroupId": "a1"}}]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def _create_appointment(member: Member, email: str) -> str:
    """Create an appointment at a time of its own, years ahead; return its id."""
    example = member.get("/appointments?limit=1")["items"][0]
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400, minutes=uuid.uuid4().int % 10**6)
    form = {
        **{name: example[name] for name in ("doctorId", "serviceId")},
        "patient": {"name": "Marta Nunes", "email": email},
        "startsAt": start.isoformat(),
    }
    answer = member.post("/appointments", form)
    assert answer.status == 201, answer
    return str(answer["id"])


def _mails(stack: Stack, email: str, count: int) -> list[DeliveredMail]:
    """Return so many mails to this address, oldest first. Fails when they do not come in time."""
    deadline = time.monotonic() + MAIL_SECONDS
    while len(found := [mail for mail in _all(stack) if mail.to == email]) < count:
        assert time.monotonic() < deadline, f"only {len(found)} mails within {MAIL_SECONDS:.0f} s"
        time.sleep(0.05)
    return found


def _all(stack: Stack) -> list[DeliveredMail]:
    files = [file.read_bytes() for file in sorted(stack.mail.glob("*.eml"))]
    # Another test sends a mail without a calendar file.
    return [DeliveredMail.of(raw) for raw in files if b"text/calendar" in raw]


def _event_in(mail: DeliveredMail, method: str) -> icalendar.Component:
    calendar = icalendar.Calendar.from_ical(mail.calendar)
    assert str(calendar["METHOD"]) == method
    (event,) = calendar.walk("VEVENT")
    return event
