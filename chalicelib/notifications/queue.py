"""The FIFO queue of notification jobs, which keeps the order of each appointment's changes."""

import json
from functools import cache
from typing import Protocol

from chalicelib.core.events import sqs
from chalicelib.core.settings import settings
from chalicelib.notifications.model.notification import NotificationJob


class NotificationQueue(Protocol):
    """Delivers the jobs of each appointment one after another.

    Other appointments do not wait for them.
    """

    def send(self, job: NotificationJob) -> None:
        """Send a job; a repeat of the same version within minutes is dropped."""


class SqsNotificationQueue:
    """A FIFO queue of SQS, with one message group for each appointment."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs.client()

    def send(self, job: NotificationJob) -> None:
        """See `NotificationQueue.send`."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=to_message(job),
            MessageGroupId=job.appointment_id,
            MessageDeduplicationId=f"{job.appointment_id}-{job.version}",
        )


@cache
def notification_queue() -> NotificationQueue:
    """Return the queue of this process, at `NOTICE_QUEUE_URL`."""
    return SqsNotificationQueue(settings().notice_queue_url)


def to_message(job: NotificationJob) -> str:
    """Return a job as the body of a message.

    It has ids alone: the appointment is read when the mail is sent.
    """
    body = {
        "tenantId": job.tenant_id,
        "appointmentId": job.appointment_id,
        "version": job.version,
    }
    return json.dumps(body)


def from_message(text: str) -> NotificationJob:
    """Return the job of a message's body."""
    body = json.loads(text)
    return NotificationJob(body["tenantId"], body["appointmentId"], body["version"])
