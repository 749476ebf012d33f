"""The notification queue, the delivery of its messages to the function, and the sent mails."""

from typing import Any

from chalice.app import SQSEvent
from moto.ses.models import ses_backends

import app
from chalicelib.core.settings import settings
from tests.app_client.aws import REGION, client
from tests.app_client.mail import DeliveredMail

ACCOUNT = "123456789012"


class NotificationQueue:
    """Delivers the queue's messages and reads the mails."""

    def __init__(self) -> None:
        self._client = client("sqs")
        self._queue = settings().notice_queue_url
        client("ses").verify_email_identity(EmailAddress=settings().mail_from)

    def pump(self) -> list[dict[str, str]]:
        """Deliver waiting messages one at a time. Returns the failures that the function reports."""
        failures: list[dict[str, str]] = []
        while found := self._client.receive_message(QueueUrl=self._queue, AttributeNames=["All"]).get("Messages"):
            (message,) = found
            failures += self.deliver(message)
            self._client.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return failures

    def deliver(self, *messages: dict[str, Any]) -> list[dict[str, str]]:
        """Deliver these messages in one batch, perhaps again."""
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

    def receive(self) -> list[dict[str, Any]]:
        """Receive waiting messages without deleting them."""
        found = self._client.receive_message(QueueUrl=self._queue, AttributeNames=["All"], MaxNumberOfMessages=10)
        messages: list[dict[str, Any]] = found.get("Messages", [])
        return messages

    def mails(self) -> list[DeliveredMail]:
        """Return all mails so far, oldest first."""
        return [DeliveredMail.of(sent.raw_data) for sent in ses_backends[ACCOUNT][REGION].sent_messages]
