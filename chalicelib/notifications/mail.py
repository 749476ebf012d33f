"""Mails to patients: what one consists of, and sending it through SES."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from chalicelib.appointments.model.calendar_file import Method
from chalicelib.core.settings import settings
from chalicelib.notifications.model.mail_text import MailText

ATTACHMENT_NAME = "appointment.ics"
_MAX_NAME_LENGTH = 100
# What SES says to an address that it will never take.
_PERMANENT_ERRORS = {"MessageRejected", "InvalidParameterValue"}


class AddressRejected(Exception):
    """The address takes no mail, or is none. To try again changes nothing."""


class DeliveryFailed(Exception):
    """It could not be sent now, for a reason that passes or can be repaired."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, from a practice by its name, with a calendar file that has this method."""

    to: str
    practice: str
    text: MailText
    calendar: bytes
    method: Method


class Mailer(Protocol):
    """Sends mails."""

    def send(self, mail: Mail) -> None:
        """Send it; it may be sent twice, if the answer to the first was lost.

        Raises:
            Refused: this address will never do.
            Unsent: it was not sent, and may be tried again.
        """


class SesMailer:
    """Mails through SES, all from one address.

    Through its first API, whose `SendRawEmail` does what the second one's `SendEmail` does with raw content. The
    emulator hands on whole only what comes this way, so a mail can be looked at with its file.
    """

    def __init__(self, sender: str, client: Any = None) -> None:  # noqa: ANN401 - botocore's, without a static type
        self._sender = sender
        self._client = client or _client()

    def send(self, mail: Mail) -> None:
        """See `Mailer`."""
        from botocore.exceptions import ClientError

        raw = to_mime(mail, self._sender)
        try:
            self._client.send_raw_email(Source=self._sender, Destinations=[mail.to], RawMessage={"Data": raw})
        except ClientError as error:
            code, words = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            # If it is ours that is refused, because nobody has verified it, that can be repaired.
            is_for_good = code in _PERMANENT_ERRORS and self._sender not in words
            # The words of SES name the patient's address, which is nobody's business in a log.
            raise (AddressRejected if is_for_good else DeliveryFailed)(code) from None


def mailer_for(sender: str) -> Mailer | None:
    """The way out from an address; None without one, when no mail is sent."""
    return SesMailer(sender) if sender else None


@cache
def mailer() -> Mailer | None:
    """The way out of this process; its address is `MAIL_FROM`."""
    return mailer_for(settings().mail_from)


def to_mime(mail: Mail, sender: str) -> bytes:
    """The mail as it travels (RFC 5322): text, HTML and calendar as alternatives, and the file attached.

    Programs that know invitations offer the alternative (RFC 6047, section 2.4, for its `method`); the others show
    a file that one can open.
    """
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP

    # Lines of ASCII, which every way of a mail takes as they are.
    message = EmailMessage(SMTP.clone(cte_type="7bit"))
    message["From"] = Address(_display_name(mail.practice), addr_spec=sender)
    message["To"] = mail.to
    message["Subject"] = _disarm_encoded_words(mail.text.subject)
    # RFC 3834, section 5: so that no absence note answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text.text, cte="quoted-printable")
    message.add_alternative(mail.text.html, subtype="html", cte="quoted-printable")
    message.add_alternative(
        mail.calendar.decode(), subtype="calendar", cte="base64", params={"method": mail.method}
    )
    message.add_attachment(mail.calendar, maintype="application", subtype="ics", filename=ATTACHMENT_NAME)
    head, blank, body = message.as_bytes().partition(b"\r\n\r\n")
    # A header that fits a line but for its name is folded right behind that, and some readers keep the space.
    return head.replace(b":\r\n ", b": ") + blank + body


def _display_name(name: str) -> str:
    """A name that fits a header, on one line."""
    line = " ".join("".join(each if each.isprintable() else " " for each in name).split())[:_MAX_NAME_LENGTH]
    return _disarm_encoded_words(line)


def _disarm_encoded_words(text: str) -> str:
    """A text of which no part looks encoded (RFC 2047), which the library would decode: into another header, or
    into the mail's first words, if there are line ends in it (CVE-2024-6923).
    """
    return text.replace("=?", "= ?")


@cache
def _client() -> Any:  # noqa: ANN401 - the same
    """The client of SES. It gives up early: the queue brings a mail again that could not be sent."""
    from botocore.config import Config

    from chalicelib.core.dynamodb.connection import connection

    impatient = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
    return connection.session.create_client("ses", config=impatient)
