"""Mails to patients: text and MIME message."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.appointments.model.appointment import Patient
from chalicelib.appointments.model.calendar_file import AppointmentDetails
from chalicelib.appointments.model.last_notified import notified_state
from chalicelib.notifications.mail import AddressRejected, DeliveryFailed, Mail, SesMailer, mailer_for, to_mime
from chalicelib.notifications.model.mail_text import MailText, format_time, render
from chalicelib.notifications.model.notification import NotificationKind
from tests.unit.notifications.test_notifications import TOMORROW, appointment

SENDER = "appointments@holdfast.test"
LINK = "https://book.test/b/t.a.s"
DETAILS = AppointmentDetails("Riverside Clinic", "Dr. Nunes", "Check-up", LINK)
FILE = b"BEGIN:VCALENDAR\r\nX:\xc3\xa9\r\nEND:VCALENDAR\r\n"
LONGEST_LINE = 998


def mail(**fields: Any) -> Mail:
    """Return a mail, with other fields than usual."""
    usual: dict[str, Any] = {
        "to": "marta@patients.test",
        "practice": "Riverside Clinic",
        "text": MailText("Confirmed", "Até já\n", "<p>Até já</p>\n"),
        "calendar": FILE,
        "method": "REQUEST",
    }
    return Mail(**usual | fields)


def read(raw: bytes) -> EmailMessage:
    """Return a mail as its reader's program has it."""
    return message_from_bytes(raw, policy=default)


def test_mail_has_text_html_calendar_and_attachment() -> None:
    got = read(to_mime(mail(), SENDER))

    assert (got["From"], got["To"]) == (f"Riverside Clinic <{SENDER}>", "marta@patients.test")
    assert got["Auto-Submitted"] == "auto-generated"
    text, html, calendar, attachment = (part for part in got.walk() if not part.is_multipart())
    assert (text.get_content_type(), text.get_content()) == ("text/plain", "Até já\r\n")
    assert (html.get_content_type(), html.get_content()) == ("text/html", "<p>Até já</p>\r\n")
    assert (calendar.get_content_type(), calendar["Content-Type"].params["method"]) == ("text/calendar", "REQUEST")
    assert calendar.get_payload(decode=True) == FILE
    assert (attachment.get_content_type(), attachment.get_filename()) == ("application/ics", "appointment.ics")
    assert attachment.get_payload(decode=True) == FILE
    assert [part.get_content_type() for part in got.iter_attachments()] == ["application/ics"]


@given(name=st.text(max_size=200), subject=st.text(max_size=400))
def test_mail_header_is_safe_for_any_name(name: str, subject: str) -> None:
    written = render("confirmation", appointment(), AppointmentDetails(name, subject, "Check-up"), None)

    raw = to_mime(mail(practice=name, text=written), SENDER)

    raw.decode("ascii")
    assert max(len(line) for line in raw.split(b"\r\n")) <= LONGEST_LINE
    got = read(raw)
    (sender,) = got["From"].addresses
    assert sender.addr_spec == SENDER
    assert got["To"] == "marta@patients.test"
    assert got["Subject"] == written.subject.replace("=?", "= ?")


@pytest.mark.parametrize(
    "name",
    ["=?utf-8?q?=0D=0ABcc=3A_marta=40patients.test?=", "=?utf-8?b?DQoNCkJ1eSE=?=", "a=?utf-8?q?=0A=0ABuy!?="],
)
def test_mail_header_injection_by_encoded_word_fails(name: str) -> None:
    raw = to_mime(mail(practice=name, text=MailText(name, "", "")), SENDER)

    got = read(raw)
    assert got.keys() == read(to_mime(mail(), SENDER)).keys()
    assert got["Subject"] == got["From"].addresses[0].display_name == name.replace("=?", "= ?")


@pytest.mark.parametrize("length", range(60, 90))
def test_mail_subject_stays_on_its_line(length: int) -> None:
    subject = ("Confirmed: Check-up with " + "Dr. Nunes " * 9)[:length].strip()

    assert read(to_mime(mail(text=MailText(subject, "", "")), SENDER))["Subject"] == subject


@pytest.mark.parametrize("address", ["a..b@patients.test", "o'neil+x=y@patients.test", ".a@patients.test"])
def test_mail_keeps_valid_address(address: str) -> None:
    assert read(to_mime(mail(to=address), SENDER))["To"] == address


class Ses:
    """A fake SES, which refuses with an error code if it has one."""

    def __init__(self, code: str = "", message: str = "") -> None:
        self.code, self.message = code, message
        self.sent: list[Mapping[str, Any]] = []

    def send_raw_email(self, **asked: Any) -> None:
        """Take a mail."""
        self.sent.append(asked)
        if self.code:
            raise ClientError({"Error": {"Code": self.code, "Message": self.message}}, "SendRawEmail")


def test_mail_goes_to_one_address_from_the_sender() -> None:
    ses = Ses()
    SesMailer(SENDER, ses).send(mail())

    (sent,) = ses.sent
    assert (sent["Source"], sent["Destinations"]) == (SENDER, ["marta@patients.test"])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("MessageRejected", "Email address is not verified: marta@patients.test"),
        ("InvalidParameterValue", "Missing final '@domain'"),
    ],
)
def test_rejected_address_is_permanent_and_not_named(code: str, message: str) -> None:
    with pytest.raises(AddressRejected) as refused:
        SesMailer(SENDER, Ses(code, message)).send(mail())
    assert str(refused.value) == code


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("Throttling", "Maximum sending rate exceeded"),
        ("MessageRejected", f"Email address is not verified: {SENDER}, marta@patients.test"),
        ("AccountSendingPausedException", "Paused"),
    ],
)
def test_repairable_failure_is_retried(code: str, message: str) -> None:
    with pytest.raises(DeliveryFailed) as unsent:
        SesMailer(SENDER, Ses(code, message)).send(mail())
    assert str(unsent.value) == code


def test_mailer_without_sender_is_none() -> None:
    assert mailer_for("") is None


def test_mail_times_are_in_the_appointments_zone() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert format_time(start, start + timedelta(minutes=30), "Asia/Kathmandu") == (
        "Monday 2 March 2026, 14:45 to 15:15 (Asia/Kathmandu, UTC+05:45)"
    )
    late = datetime(2026, 7, 1, 22, 45, tzinfo=UTC)
    assert format_time(late, late + timedelta(hours=1), "Europe/Lisbon") == (
        "Wednesday 1 July 2026, 23:45 to Thursday 2 July 2026, 00:45 (Europe/Lisbon, UTC+01:00)"
    )


def test_confirmation_has_details_and_manage_link() -> None:
    got = render("confirmation", appointment(), DETAILS, None)

    assert got.subject == "Confirmed: Check-up with Dr. Nunes, Mon 2 Mar, 09:00"
    assert got.text == (
        "Dear Marta,\n\n"
        "Your appointment at Riverside Clinic is confirmed:\n\n"
        "Check-up with Dr. Nunes\n"
        "Monday 2 March 2026, 09:00 to 09:30 (Europe/Lisbon, UTC+00:00)\n"
        "Riverside Clinic\n\n"
        f"See, move or cancel it: {LINK}\n\n"
        "Riverside Clinic\n"
    )
    assert f'<a href="{LINK}"' in got.html


def test_change_names_the_previous_time() -> None:
    last = notified_state(
        appointment(starts_at=TOMORROW - timedelta(hours=1), ends_at=TOMORROW - timedelta(minutes=30))
    )
    got = render("change", appointment(2), DETAILS, last)

    assert got.subject.startswith("Changed: ")
    assert "It was: Monday 2 March 2026, 08:00 to 08:30 (Europe/Lisbon, UTC+00:00)" in got.text
    assert "It was" not in render("change", appointment(2), DETAILS, notified_state(appointment())).text


@pytest.mark.parametrize(
    ("kind", "status", "subject", "has_link"),
    [
        ("confirmation", "pending", "Requested", True),
        ("cancellation", "cancelled", "Cancelled", False),
    ],
)
def test_mail_text_depends_on_kind_and_status(
    kind: NotificationKind, status: str, subject: str, *, has_link: bool
) -> None:
    got = render(kind, appointment(status=status), DETAILS, None)
    assert got.subject.startswith(f"{subject}: ")
    assert (LINK in got.text) is has_link


def test_mail_html_escapes_names() -> None:
    patient = Patient("<script>alert(1)</script>", "marta@patients.test")
    visit = AppointmentDetails("A & B", "<b>", "c", 'https://x/"')
    html = render("confirmation", appointment(patient=patient), visit, None).html
    assert "<script>" not in html
    assert "A &amp; B" in html
    assert "&lt;b&gt;" in html
    assert 'href="https://x/&quot;"' in html
