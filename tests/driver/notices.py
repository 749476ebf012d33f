"""The queue of notices, its delivery through the function that AWS would call, and the mails that come of it."""

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any, cast

from chalice.app import SQSEvent
from moto.ses.models import ses_backends

import app
from chalicelib.core.settings import settings
from tests.driver.aws import REGION, client

ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Letter:
    """A mail as its reader has it: to whom, its subject, its text, and the calendar file that comes with it."""

    to: str
    subject: str
    text: str
    calendar: str

    @classmethod
    def of(cls, raw: str | bytes) -> "Letter":
        """Read a raw mail."""
        data = raw if isinstance(raw, bytes) else raw.encode()
        mail = message_from_bytes(data, policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        (attached,) = mail.iter_attachments()
        payload = cast("bytes", attached.get_payload(decode=True))
        return cls(str(mail["To"]), str(mail["Subject"]), body.get_content(), payload.decode())


class Notices:
    """Delivers the queue's messages, and opens the mails."""

    def __init__(self) -> None:
        self._client = client("sqs")
        self._queue = settings().notice_queue_url
        client("ses").verify_email_identity(EmailAddress=settings().mail_from)

    def deliver(self) -> list[dict[str, str]]:
        """Deliver what waits, one message at a time; the failures that the function reports."""
        failures: list[dict[str, str]] = []
        while found := self._client.receive_message(QueueUrl=self._queue, AttributeNames=["All"]).get("Messages"):
            (message,) = found
            failures += self.bring(message)
            self._client.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return failures

    def bring(self, *messages: dict[str, Any]) -> list[dict[str, str]]:
        """Deliver these messages in one batch, for the first time or again."""
        records = [
            {
                "messageId": message["MessageId"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
            }
            for message in messages
        ]
        answer = app.on_notice(SQSEvent({"Records": records}, None).to_dict(), None)
        failures: list[dict[str, str]] = answer["batchItemFailures"]
        return failures

    def waiting(self) -> list[dict[str, Any]]:
        """Take what waits, and keep it."""
        found = self._client.receive_message(QueueUrl=self._queue, AttributeNames=["All"], MaxNumberOfMessages=10)
        messages: list[dict[str, Any]] = found.get("Messages", [])
        return messages

    def letters(self) -> list[Letter]:
        """All mails so far, oldest first."""
        return [Letter.of(sent.raw_data) for sent in ses_backends[ACCOUNT][REGION].sent_messages]
