"""Where the queues' and the schedule's events become calls: notices to patients, and what falls due of locks and
holds, which share a queue.
"""

from collections.abc import Mapping
from typing import Any

from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.booking import hold_timers
from chalicelib.booking.service import hold_expiry
from chalicelib.core.events.batch import process_batch
from chalicelib.core.logging import logger
from chalicelib.locking import queue
from chalicelib.locking.service import deadlines
from chalicelib.notifications import service


def send_notifications(event: SQSEvent) -> dict[str, Any]:
    """Tell patients what is new to them; the answer names the messages that failed, and SQS brings those again."""
    from chalicelib.notifications import queue as notices_queue
    from chalicelib.notifications.mail import mailer

    way_out = mailer()

    def handle(record: Mapping[str, Any]) -> None:
        occasion = notices_queue.from_message(record["body"])
        if way_out is not None:
            service.notify(occasion, way_out)

    return process_batch(event.to_dict(), handle, "SQS FIFO")


def on_deadline(event: SQSEvent) -> dict[str, Any]:
    """Do what each message says is due; the answer names those that failed, and SQS brings them again."""

    def handle(record: Mapping[str, Any]) -> None:
        if timer := hold_timers.from_message(record["body"]):
            hold_expiry.on_hold_timer(timer)
        else:
            deadlines.on_timer(queue.from_message(record["body"]), queue.timer_queue())

    return process_batch(event.to_dict(), handle, "SQS")


def sweep(event: CloudWatchEvent) -> None:
    """Do what is overdue because its message was lost; locks that fail keep back no holds."""
    del event
    try:
        overdue = deadlines.sweep()
    finally:
        lapsed = hold_expiry.sweep_holds()
    if overdue or lapsed:
        logger().warning("deadlines were found by the sweep", overdue=overdue, lapsed=lapsed)
