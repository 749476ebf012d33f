"""The queue of deadlines of locks and slot holds: messages delayed until then."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, Protocol

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.events import sqs
from chalicelib.core.events.batch import process_batch
from chalicelib.core.settings import settings

# SQS delays a message by 15 minutes at most. A message for a later deadline is sent again when it arrives.
_MAX_DELAY_SECONDS = 900

DeadlineKind = Literal["lock", "hold"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A reminder to check a lock or a slot hold at `due_at`.

    `subject_id` is the appointment's or the hold's id.

    A reminder with a `lock_id` follows that lease, however often it is renewed.
    """

    kind: DeadlineKind
    tenant_id: str
    subject_id: str
    due_at: datetime
    lock_id: str | None = None


class DeadlineQueue(Protocol):
    """A queue that delivers each deadline when it is due."""

    def send(self, deadline: Deadline, now: datetime) -> None:
        """Send a deadline; one in the past is delivered at once."""


class SqsDeadlineQueue:
    """Delayed SQS messages."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs.client()

    def send(self, deadline: Deadline, now: datetime) -> None:
        """Send a deadline, up to a second late rather than early."""
        delay = delay_seconds(deadline.due_at, now)
        self._client.send_message(QueueUrl=self._url, MessageBody=to_message(deadline), DelaySeconds=delay)


@cache
def deadline_queue() -> DeadlineQueue:
    """Return the queue of this process, at `TIMER_QUEUE_URL`."""
    return SqsDeadlineQueue(settings().timer_queue_url)


def delay_seconds(due_at: datetime, now: datetime) -> int:
    """Return the delay until a deadline, or the longest possible one."""
    return min(max(math.ceil((due_at - now).total_seconds()), 0), _MAX_DELAY_SECONDS)


def to_message(deadline: Deadline) -> str:
    """Return the message body of a deadline."""
    body = {
        "kind": deadline.kind,
        "tenantId": deadline.tenant_id,
        "subjectId": deadline.subject_id,
        "dueAt": to_ms(deadline.due_at),
        "lockId": deadline.lock_id,
    }
    return json.dumps(body)


def from_message(text: str) -> Deadline:
    """Return the deadline in a message body.

    Messages sent by earlier versions have no `kind`, and `appointmentId` or `holdId` for the subject.
    """
    body = json.loads(text)
    if "kind" not in body:
        kind: DeadlineKind = "hold" if "holdId" in body else "lock"
        body |= {"kind": kind, "subjectId": body["holdId" if kind == "hold" else "appointmentId"]}
    return Deadline(body["kind"], body["tenantId"], body["subjectId"], from_ms(body["dueAt"]), body.get("lockId"))


def process_deadlines(
    event: Mapping[str, Any], handlers: Mapping[DeadlineKind, Callable[[Deadline], None]]
) -> dict[str, Any]:
    """Pass each message of an SQS event to the handler of its kind.

    Returns the failed messages for SQS.
    """

    def handle(record: Mapping[str, Any]) -> None:
        deadline = from_message(record["body"])
        handlers[deadline.kind](deadline)

    return process_batch(event, handle, "SQS")
