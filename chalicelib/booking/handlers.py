"""Handlers of deadlines: locks and holds share a queue and a sweep."""

from collections.abc import Mapping
from typing import Any

from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.booking import hold_timers
from chalicelib.booking.service import hold_expiry
from chalicelib.core.events.batch import process_batch
from chalicelib.core.logging import logger
from chalicelib.locking import queue
from chalicelib.locking.service import deadlines


def on_deadline(event: SQSEvent) -> dict[str, Any]:
    """Apply what is due of locks and holds.

    Returns:
        The failed messages, which SQS redelivers.
    """

    def handle(record: Mapping[str, Any]) -> None:
        if timer := hold_timers.from_message(record["body"]):
            hold_expiry.on_hold_timer(timer)
        else:
            deadlines.on_timer(queue.from_message(record["body"]), queue.timer_queue())

    return process_batch(event.to_dict(), handle, "SQS")


def sweep(event: CloudWatchEvent) -> None:
    """Apply overdue deadlines whose message was lost. Holds are swept even if locks fail."""
    del event
    try:
        locks = deadlines.sweep()
    finally:
        holds = hold_expiry.sweep_holds()
    if locks or holds:
        logger().warning("deadlines were found by the sweep", overdue=locks, lapsed=holds)
