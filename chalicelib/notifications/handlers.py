"""The handler of the notification queue."""

from collections.abc import Mapping
from typing import Any

from chalice.app import SQSEvent

from chalicelib.core.events.batch import process_batch
from chalicelib.notifications import queue, service
from chalicelib.notifications.mail import mailer


def send_notifications(event: SQSEvent) -> dict[str, Any]:
    """Send the notifications that are due.

    Returns:
        The failed messages, which SQS redelivers.
    """
    process_mailer = mailer()

    def handle(record: Mapping[str, Any]) -> None:
        job = queue.from_message(record["body"])
        if process_mailer is not None:
            service.notify(job, process_mailer)

    return process_batch(event.to_dict(), handle, "SQS FIFO")
