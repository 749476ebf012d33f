"""Compose mails to patients, and send them through SES."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from chalicelib.appointments.model.calendar_file import Method
from chalicelib.core.settings import settings
from chalicelib.notifications.model.mail_text import MailText

ATTACHMENT_NAME = "appointment.ics"
_MAX_NAME_LENGTH = 100
# SES's error codes for an address that it never accepts.
_PERMANENT_ERRORS = {"MessageRejected", "InvalidParameterValue"}


class AddressRejected(Exception):
    """The address accepts no mail, or is malformed. A retry is useless."""


class DeliveryFailed(Exception):
    """The mail was not sent, for a reason that passes or can be repaired.

    A retry may succeed.
    """


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, in the name of a practice, with a calendar file."""

    to: str
    practice: str
    text: MailText
    calendar: bytes
    method: Method


class Mailer(Protocol):
    """Sends mails."""

    def send(self, mail: Mail) -> None:
        """Send a mail at least once.

        Raises:
            AddressRejected: permanent failure.
            DeliveryFailed: temporary failure.
        """


class SesMailer:
    """Sends mails through SES, from one address.

    It uses the API of version 1: of raw mails by version 2, the local emulator keeps the text and drops the file.
    """

    def __init__(self, sender: str, client: Any = None) -> None:  # noqa: ANN401 - botocore's, without a static type
        self._sender = sender
        self._client = client or _client()

    def send(self, mail: Mail) -> None:
        """See `Mailer.send`."""
        from botocore.exceptions import ClientError

        raw = to_mime(mail, self._sender)
        try:
            self._client.send_raw_email(Source=self._sender, Destinations=[mail.to], RawMessage={"Data": raw})
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            # An unverified sender address can be repaired.
            is_permanent = code in _PERMANENT_ERRORS and self._sender not in message
            # The message names the patient's address, so it is not logged.
            raise (AddressRejected if is_permanent else DeliveryFailed)(code) from None


def mailer_for(sender: str) -> Mailer | None:
    """Return the mailer of a sender address; None without one, when no mail is sent."""
    return SesMailer(sender) if sender else None


@cache
def mailer() -> Mailer | None:
    """Return the mailer of this process, from `MAIL_FROM`."""
    return mailer_for(settings().mail_from)


def to_mime(mail: Mail, sender: str) -> bytes:
    """Return the MIME message (RFC 5322).

    Text, HTML and calendar are alternatives, and the calendar file is attached. Mail programs that know
    invitations offer the alternative (RFC 6047, section 2.4); the others show the file.
    """
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP

    # Short ASCII lines pass every mail server unchanged.
    message = EmailMessage(SMTP.clone(cte_type="7bit"))
    message["From"] = Address(_display_name(mail.practice), addr_spec=sender)
    message["To"] = mail.to
    message["Subject"] = _disarm_encoded_words(mail.text.subject)
    # RFC 3834, section 5: prevents automatic replies.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text.text, cte="quoted-printable")
    message.add_alternative(mail.text.html, subtype="html", cte="quoted-printable")
    message.add_alternative(
        mail.calendar.decode(), subtype="calendar", cte="base64", params={"method": mail.method}
    )
    message.add_attachment(mail.calendar, maintype="application", subtype="ics", filename=ATTACHMENT_NAME)
    head, blank, body = message.as_bytes().partition(b"\r\n\r\n")
    # The library folds a long header right behind its name, and some readers keep that space.
    return head.replace(b":\r\n ", b": ") + blank + body


def _display_name(name: str) -> str:
    """Return a name as one line that fits a header."""
    line = " ".join("".join(each if each.isprintable() else " " for each in name).split())[:_MAX_NAME_LENGTH]
    return _disarm_encoded_words(line)


def _disarm_encoded_words(text: str) -> str:
    """Break up encoded words (RFC 2047), which the library would decode.

    Line ends in one would inject a header or text into the mail (CVE-2024-6923).
    """
    return text.replace("=?", "= ?")


@cache
def _client() -> Any:  # noqa: ANN401 - the same
    """Return the client of SES, with short timeouts.

    The queue redelivers the job of a failed mail.
    """
    from botocore.config import Config

    from chalicelib.core.dynamodb.connection import connection

    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
    return connection.session.create_client("ses", config=config)
