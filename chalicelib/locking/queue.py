"""The queue whose messages come when something of a lock falls due."""

import json
import math
from datetime import datetime
from functools import cache
from typing import Protocol

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.events import sqs
from chalicelib.core.settings import settings
from chalicelib.locking.model.timers import LockTimer

# SQS delays a message by 15 minutes at most; a later deadline is waited for in stages.
_LONGEST_DELAY_SECONDS = 900


class TimerQueue(Protocol):
    """Sends a timer's message so that it comes at its deadline."""

    def send(self, timer: LockTimer, now: datetime) -> None:
        """Send it; a deadline that has passed comes at once."""


class SqsTimerQueue:
    """Delayed messages of SQS."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs.client()

    def send(self, timer: LockTimer, now: datetime) -> None:
        """Send it, a whole second too late rather than too early."""
        self._client.send_message(
            QueueUrl=self._url, MessageBody=to_message(timer), DelaySeconds=delay_seconds(timer.due_at, now)
        )


@cache
def timer_queue() -> TimerQueue:
    """The queue of this process; its address comes from `TIMER_QUEUE_URL`."""
    return SqsTimerQueue(settings().timer_queue_url)


def delay_seconds(due_at: datetime, now: datetime) -> int:
    """The delay that ends at the deadline or, if it is far off, a stage before it."""
    return min(max(math.ceil((due_at - now).total_seconds()), 0), _LONGEST_DELAY_SECONDS)


def to_message(timer: LockTimer) -> str:
    """A timer as a message's body."""
    body = {
        "tenantId": timer.tenant_id,
        "appointmentId": timer.appointment_id,
        "dueAt": to_ms(timer.due_at),
        "lockId": timer.lock_id,
    }
    return json.dumps(body)


def from_message(text: str) -> LockTimer:
    """The timer in a message's body."""
    body = json.loads(text)
    return LockTimer(body["tenantId"], body["appointmentId"], from_ms(body["dueAt"]), body["lockId"])
