"""Mails to patients, on the deployed whole: from the booking to the file that a mail program opens."""

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
    """An address that no other test writes to."""
    return f"marta-{uuid.uuid4().hex}@patients.test"


def test_a_patient_gets_a_mail_with_their_appointment_and_another_when_it_is_cancelled(
    stack: Stack, alice: Member, patient: str
) -> None:
    appointment = _enters(alice, patient)

    (letter,) = _letters(stack, patient, 1)

    assert letter.subject.startswith("Confirmed: ")
    assert f"http://localhost:{stack.port}/b/" in letter.text
    event = _event_in(letter, "REQUEST")
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{appointment}@holdfast", 0)
    lock = alice.acquires(appointment)["lock"]
    cancelled = alice.post(f"/appointments/{appointment}/cancel", {"version": 1, "lockId": lock["lockId"]})
    assert cancelled.status == 200, cancelled
    _, letter = _letters(stack, patient, 2)
    assert letter.subject.startswith("Cancelled: ")
    event = _event_in(letter, "CANCEL")
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{appointment}@holdfast", 1)
    alice.releases(appointment)


def test_what_is_imported_with_the_demo_is_known_already(stack: Stack) -> None:
    assert not [letter for letter in _all(stack) if not letter.to.startswith("marta-")]


def test_unreadable_notification_message_is_reported(account: Account) -> None:
    record = {"messageId": "m1", "eventSource": "aws:sqs", "body": "rubbish"}
    answer = account.invoke("OnNotice", {"Records": [record | {"attributes": {"MessageGroupId": "a1"}}]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def _enters(member: Member, email: str) -> str:
    """An appointment at a time of its own, years ahead; its id."""
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


def _letters(stack: Stack, email: str, count: int) -> list[DeliveredMail]:
    """So many letters to this address, oldest first. Fails when they are not there in time."""
    deadline = time.monotonic() + MAIL_SECONDS
    while len(found := [letter for letter in _all(stack) if letter.to == email]) < count:
        assert time.monotonic() < deadline, f"only {len(found)} letters within {MAIL_SECONDS:.0f} s"
        time.sleep(0.05)
    return found


def _all(stack: Stack) -> list[DeliveredMail]:
    files = [file.read_bytes() for file in sorted(stack.mail.glob("*.eml"))]
    # Another test sends one without a file.
    return [DeliveredMail.of(raw) for raw in files if b"text/calendar" in raw]


def _event_in(letter: DeliveredMail, method: str) -> icalendar.Component:
    calendar = icalendar.Calendar.from_ical(letter.calendar)
    assert str(calendar["METHOD"]) == method
    (event,) = calendar.walk("VEVENT")
    return event
