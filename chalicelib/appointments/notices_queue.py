"""The queue over which patients are told of their appointments: one appointment's changes in order."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from chalicelib.core import sqs
from chalicelib.core.settings import settings


@dataclass(frozen=True, slots=True)
class Occasion:
    """An appointment that may have to be told of, as it was changed to this version."""

    tenant_id: str
    appointment_id: str
    version: int


class NoticeQueue(Protocol):
    """Brings the occasions of one appointment one after another, whatever is done with the others meanwhile."""

    def send(self, occasion: Occasion) -> None:
        """Send it; the same version twice within minutes is sent once."""


class SqsNoticeQueue:
    """A FIFO queue of SQS, in which every appointment is a group."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs.client()

    def send(self, occasion: Occasion) -> None:
        """See `NoticeQueue`."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=to_message(occasion),
            MessageGroupId=occasion.appointment_id,
            MessageDeduplicationId=f"{occasion.appointment_id}-{occasion.version}",
        )


@cache
def notice_queue() -> NoticeQueue:
    """The queue of this process; its address comes from `NOTICE_QUEUE_URL`."""
    return SqsNoticeQueue(settings().notice_queue_url)


def to_message(occasion: Occasion) -> str:
    """An occasion as a message's body: ids alone, as what is told is read when it is told."""
    body = {
        "tenantId": occasion.tenant_id,
        "appointmentId": occasion.appointment_id,
        "version": occasion.version,
    }
    return json.dumps(body)


def from_message(text: str) -> Occasion:
    """The occasion in a message's body."""
    body = json.loads(text)
    return Occasion(body["tenantId"], body["appointmentId"], body["version"])
