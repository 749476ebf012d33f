"""A parsed mail to a patient."""

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import cast


@dataclass(frozen=True)
class DeliveredMail:
    """A mail: recipient, subject, text and attached calendar file."""

    to: str
    subject: str
    text: str
    calendar: str

    @classmethod
    def of(cls, raw: str | bytes) -> "DeliveredMail":
        """Parse a raw mail."""
        data = raw if isinstance(raw, bytes) else raw.encode()
        mail = message_from_bytes(data, policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        (attached,) = mail.iter_attachments()
        payload = cast("bytes", attached.get_payload(decode=True))
        return cls(str(mail["To"]), str(mail["Subject"]), body.get_content(), payload.decode())
