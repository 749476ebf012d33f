"""Where the queue's and the schedule's events become calls of this room's use cases."""

from collections.abc import Mapping
from typing import Any

from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.core.batch import one_by_one
from chalicelib.core.observability import logger
from chalicelib.locking import queue, service


def timers(event: SQSEvent) -> dict[str, Any]:
    """Do what each message says is due; the answer names those that failed, and SQS brings them again."""

    def handle(record: Mapping[str, Any]) -> None:
        service.ring(queue.from_message(record["body"]), queue.timer_queue())

    return one_by_one(event.to_dict(), handle, "SQS")


def sweep(event: CloudWatchEvent) -> None:
    """Do what is overdue because its message was lost."""
    del event
    overdue = service.sweep()
    if overdue:
        logger().warning("deadlines were found by the sweep", overdue=overdue)
