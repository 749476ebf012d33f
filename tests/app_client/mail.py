"""A mail to a patient, opened."""

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import cast


@dataclass(frozen=True)
class DeliveredMail:
    """A mail as its reader has it: to whom, its subject, its text, and the calendar file that comes with it."""

    to: str
    subject: str
    text: str
    calendar: str

    @classmethod
    def of(cls, raw: str | bytes) -> "DeliveredMail":
        """Read a raw mail."""
        data = raw if isinstance(raw, bytes) else raw.encode()
        mail = message_from_bytes(data, policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        (attached,) = mail.iter_attachments()
        payload = cast("bytes", attached.get_payload(decode=True))
        return cls(str(mail["To"]), str(mail["Subject"]), body.get_content(), payload.decode())
