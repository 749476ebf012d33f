"""The queue over which patients are told of their appointments: one appointment's changes in order."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from chalicelib.core.events import sqs
from chalicelib.core.settings import settings


@dataclass(frozen=True, slots=True)
class NotificationJob:
    """An appointment that may have to be told of, as it was changed to this version."""

    tenant_id: str
    appointment_id: str
    version: int


class NotificationQueue(Protocol):
    """Brings the occasions of one appointment one after another, whatever is done with the others meanwhile."""

    def send(self, job: NotificationJob) -> None:
        """Send it; the same version twice within minutes is sent once."""


class SqsNotificationQueue:
    """A FIFO queue of SQS, in which every appointment is a group."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs.client()

    def send(self, job: NotificationJob) -> None:
        """See `NoticeQueue`."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=to_message(job),
            MessageGroupId=job.appointment_id,
            MessageDeduplicationId=f"{job.appointment_id}-{job.version}",
        )


@cache
def notification_queue() -> NotificationQueue:
    """The queue of this process; its address comes from `NOTICE_QUEUE_URL`."""
    return SqsNotificationQueue(settings().notice_queue_url)


def to_message(job: NotificationJob) -> str:
    """An occasion as a message's body: ids alone, as what is told is read when it is told."""
    body = {
        "tenantId": job.tenant_id,
        "appointmentId": job.appointment_id,
        "version": job.version,
    }
    return json.dumps(body)


def from_message(text: str) -> NotificationJob:
    """The occasion in a message's body."""
    body = json.loads(text)
    return NotificationJob(body["tenantId"], body["appointmentId"], body["version"])
