"""The fan-out queue, and the delivery of its messages to the function."""

from typing import Any

from chalice.app import SQSEvent

import app
from chalicelib.core.settings import settings
from chalicelib.realtime.handlers.fanout import fanout
from chalicelib.realtime.management_api.delivery import ManagementApi
from tests.app_client.aws import client


class FanoutQueue:
    """Delivers one message at a time, as Lambda does. A failed one blocks its group until the next pump."""

    def __init__(self) -> None:
        self._client = client("sqs")
        self._queue = settings().fanout_queue_url

    def length(self) -> int:
        """Return how many messages wait."""
        name = "ApproximateNumberOfMessages"
        attributes = self._client.get_queue_attributes(QueueUrl=self._queue, AttributeNames=[name])["Attributes"]
        return int(attributes[name])

    def pump(self, api: ManagementApi | None = None) -> list[dict[str, str]]:
        """Deliver all messages that can be. Returns the failures that the function reports."""
        failures: list[dict[str, str]] = []
        held: list[str] = []
        while found := self._client.receive_message(QueueUrl=self._queue, AttributeNames=["All"]).get("Messages"):
            (message,) = found
            failed = self.deliver([message], api)
            if not failed:
                self._client.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
                continue
            failures += failed
            held.append(message["ReceiptHandle"])
        for handle in held:
            self._client.change_message_visibility(QueueUrl=self._queue, ReceiptHandle=handle, VisibilityTimeout=0)
        return failures

    def deliver(self, messages: list[dict[str, Any]], api: ManagementApi | None = None) -> list[dict[str, str]]:
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
        event = {"Records": records}
        answer = app.on_fanout(event, None) if api is None else fanout(SQSEvent(event, None), api)
        failures: list[dict[str, str]] = answer["batchItemFailures"]
        return failures
