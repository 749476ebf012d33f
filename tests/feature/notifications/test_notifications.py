"""Notifications from the change of an appointment to the mail."""

import json
import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from chalicelib.notifications import service
from chalicelib.notifications.mail import AddressRejected, Mail
from chalicelib.notifications.model.notification import NotificationJob
from chalicelib.notifications.queue import from_message
from tests.app_client.mail import DeliveredMail
from tests.app_client.member import Member
from tests.app_client.notification_queue import NotificationQueue
from tests.app_client.practice import Practice, send
from tests.app_client.stream import Stream

PATIENT = "marta@patients.test"


@pytest.fixture
def notices() -> NotificationQueue:
    """Return the queue of notifications and the mails that they cause."""
    return NotificationQueue()


def event_in(mail: DeliveredMail) -> tuple[str, icalendar.Component]:
    """Return the method and the event of a mail's calendar file."""
    calendar = icalendar.Calendar.from_ical(mail.calendar)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def later(minutes: int) -> str:
    """Return a whole minute of tomorrow."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1, minutes=minutes)
    return start.isoformat()


def test_patient_is_notified_of_each_change(
    practice: Practice, alice: Member, stream: Stream, notices: NotificationQueue
) -> None:
    appointment = practice.creates_appointment(startsAt=later(0))
    alice.acquires(appointment)
    turns = [{"startsAt": later(60), "endsAt": later(90)}, {"status": "cancelled"}]
    for number, fields in enumerate(turns, start=1):
        stream.pump()
        assert notices.pump() == []
        assert alice.saves(appointment, number, **fields).status == 200
    stream.pump()
    assert notices.pump() == []

    mails_sent = notices.mails()
    assert [mail.to for mail in mails_sent] == [PATIENT] * 3
    assert [mail.subject.partition(":")[0] for mail in mails_sent] == ["Confirmed", "Changed", "Cancelled"]
    methods, events = zip(*map(event_in, mails_sent), strict=True)
    assert methods == ("REQUEST", "REQUEST", "CANCEL")
    assert {str(event["UID"]) for event in events} == {f"{appointment}@holdfast"}
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert str(events[0]["SUMMARY"]) == "Check-up with Dr. Nunes"
    assert events[0]["ORGANIZER"] == "mailto:appointments@holdfast.test"
    assert events[0]["ATTENDEE"] == f"mailto:{PATIENT}"
    link = re.search(r"https://book\.test/b/(\S+)", mails_sent[0].text)
    assert link
    assert send("GET", f"/public/bookings/{link[1]}")["appointment"]["id"] == appointment
    assert "Europe/Lisbon" in mails_sent[0].text


def test_change_without_concern_to_patient_sends_no_mail(
    practice: Practice, alice: Member, stream: Stream, notices: NotificationQueue
) -> None:
    practice.creates_appointment(startsAt=(datetime.now(UTC) - timedelta(days=1)).isoformat())
    appointment = practice.creates_appointment(startsAt=later(0))
    alice.acquires(appointment)
    stream.pump()
    notices.pump()
    alice.saves(appointment, 1, notes="Window seat")
    stream.pump()

    assert notices.receive() == []
    assert len(notices.mails()) == 1


def test_late_changes_give_one_mail_and_repeats_none(
    practice: Practice, alice: Member, stream: Stream, notices: NotificationQueue
) -> None:
    appointment = practice.creates_appointment(startsAt=later(0))
    alice.acquires(appointment)
    alice.saves(appointment, 1, startsAt=later(60), endsAt=later(90))
    stream.pump()
    first, *_ = notices.receive()

    assert notices.deliver(first, first) == []

    (mail,) = notices.mails()
    assert mail.subject.startswith("Confirmed"), "the first time was never sent"
    assert event_in(mail)[1]["SEQUENCE"] == 1
    body = json.loads(first["Body"])
    assert set(body) == {"tenantId", "appointmentId", "version"}, "no patient's data"


class Unwilling:
    """A way out that is closed, for good or for now."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def send(self, mail: Mail) -> None:
        """No."""
        del mail
        raise self.fault


def test_failed_mail_is_retried_and_rejected_address_is_not(
    practice: Practice, notices: NotificationQueue
) -> None:
    occasion = NotificationJob(practice.tenant.id, practice.creates_appointment(startsAt=later(0)), 1)

    with pytest.raises(OSError, match="closed"):
        service.notify(occasion, Unwilling(OSError("closed")))
    assert service.notify(occasion, Unwilling(AddressRejected("MessageRejected"))) == "confirmation"
    assert service.notify(occasion, Unwilling(OSError("closed"))) is None
    assert notices.mails() == []


def test_unreadable_notification_message_is_reported(notices: NotificationQueue) -> None:
    attributes = {"MessageGroupId": "a1"}
    failed = notices.deliver({"MessageId": "m1", "Body": "rubbish", "Attributes": attributes})
    assert failed == [{"itemIdentifier": "m1"}]


def test_notification_job_round_trips(practice: Practice, stream: Stream, notices: NotificationQueue) -> None:
    appointment = practice.creates_appointment(startsAt=later(0))
    stream.pump()
    (message,) = notices.receive()
    assert from_message(message["Body"]) == NotificationJob(practice.tenant.id, appointment, 1)
    assert message["Attributes"]["MessageGroupId"] == appointment
