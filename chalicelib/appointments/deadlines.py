"""Where the timers' queue and the schedule become calls: those of locks, and those of holds."""

from collections.abc import Mapping
from typing import Any

from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.appointments import hold_timers, service
from chalicelib.core.batch import one_by_one
from chalicelib.core.observability import logger
from chalicelib.locking import queue
from chalicelib.locking import service as locking


def timers(event: SQSEvent) -> dict[str, Any]:
    """Do what each message says is due; the answer names those that failed, and SQS brings them again."""

    def handle(record: Mapping[str, Any]) -> None:
        if timer := hold_timers.from_message(record["body"]):
            service.ring_hold(timer)
        else:
            locking.ring(queue.from_message(record["body"]), queue.timer_queue())

    return one_by_one(event.to_dict(), handle, "SQS")


def sweep(event: CloudWatchEvent) -> None:
    """Do what is overdue because its message was lost; locks that fail keep back no holds."""
    del event
    try:
        overdue = locking.sweep()
    finally:
        lapsed = service.sweep_holds()
    if overdue or lapsed:
        logger().warning("deadlines were found by the sweep", overdue=overdue, lapsed=lapsed)
