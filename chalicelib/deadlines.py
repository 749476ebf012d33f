"""The functions of deadlines: locks and holds share a queue and a sweep."""

from typing import Any

from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.booking.service import hold_expiry
from chalicelib.core.events.deadline_queue import process_deadlines
from chalicelib.core.logging import logger
from chalicelib.locking.service import deadlines


def on_deadline(event: SQSEvent) -> dict[str, Any]:
    """Apply what is due of locks and holds.

    Returns:
        The failed messages, which SQS redelivers.
    """
    return process_deadlines(event.to_dict(), {"lock": deadlines.on_deadline, "hold": hold_expiry.on_deadline})


def sweep(event: CloudWatchEvent) -> None:
    """Apply overdue deadlines; their messages were lost.

    Holds are swept even if locks fail.
    """
    del event
    try:
        locks = deadlines.sweep()
    finally:
        holds = hold_expiry.sweep_holds()
    if locks or holds:
        logger().warning("deadlines were found by the sweep", overdue=locks, lapsed=holds)
