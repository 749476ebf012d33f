"""The messages that come when a hold lapses; they share the queue of the locks' timers."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from chalicelib.core.clock import from_ms, to_ms
from chalicelib.core.events import sqs
from chalicelib.core.settings import settings
from chalicelib.locking.queue import delay_seconds


@dataclass(frozen=True, slots=True)
class HoldTimer:
    """To look at a hold at `due_at`."""

    tenant_id: str
    hold_id: str
    due_at: datetime


class HoldTimerQueue(Protocol):
    """Sends a timer's message so that it comes when the hold lapses."""

    def send(self, timer: HoldTimer, now: datetime) -> None:
        """Send it; a deadline that has passed comes at once."""


class SqsHoldTimerQueue:
    """Delayed messages of SQS."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs.client()

    def send(self, timer: HoldTimer, now: datetime) -> None:
        """Send it, a whole second too late rather than too early; a far deadline is waited for in stages."""
        delay = delay_seconds(timer.due_at, now)
        self._client.send_message(QueueUrl=self._url, MessageBody=to_message(timer), DelaySeconds=delay)


@cache
def hold_timer_queue() -> HoldTimerQueue:
    """The queue of this process; its address comes from `TIMER_QUEUE_URL`."""
    return SqsHoldTimerQueue(settings().timer_queue_url)


def to_message(timer: HoldTimer) -> str:
    """A timer as a message's body."""
    return json.dumps({"tenantId": timer.tenant_id, "holdId": timer.hold_id, "dueAt": to_ms(timer.due_at)})


def from_message(text: str) -> HoldTimer | None:
    """The timer in a message's body, None if it is a lock's."""
    body = json.loads(text)
    return HoldTimer(body["tenantId"], body["holdId"], from_ms(body["dueAt"])) if "holdId" in body else None
