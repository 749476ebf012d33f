"""The queue of deadlines: its messages, and their delivery through the function that AWS would call."""

from typing import Any

import app
from chalicelib.core.events.deadline_queue import Deadline, from_message
from chalicelib.core.settings import settings
from tests.app_client.aws import client


class DeadlineQueue:
    """Messages stay until they are delivered, whatever their delay: the test decides about time."""

    def __init__(self) -> None:
        self._client = client("sqs")
        self.received: list[dict[str, Any]] = []

    def waiting(self) -> list[Deadline]:
        """Return the deadlines whose messages can be received, oldest first."""
        return [from_message(message["Body"]) for message in self._receive()]

    def pump(self) -> list[dict[str, str]]:
        """Deliver all messages that can be received. Returns the failures that the function reports."""
        messages, self.received = self._receive(), []
        return self.deliver(messages)

    def deliver(self, messages: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Deliver these messages, for the first time or again."""
        records = [
            {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"}
            for message in messages
        ]
        answer = app.on_deadline({"Records": records}, None)
        failures: list[dict[str, str]] = answer["batchItemFailures"]
        return failures

    def _receive(self) -> list[dict[str, Any]]:
        queue = settings().timer_queue_url
        while found := self._client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            self.received += found
        return self.received
