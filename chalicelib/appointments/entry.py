"""Where the queues' and the schedule's events become calls: notices to patients, and what falls due of locks and
holds, which share a queue.
"""

from collections.abc import Mapping
from typing import Any

from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.appointments import hold_timers
from chalicelib.appointments.service import lapses
from chalicelib.appointments.service import notices as notices_service
from chalicelib.core.batch import one_by_one
from chalicelib.core.observability import logger
from chalicelib.locking import queue
from chalicelib.locking.service import deadlines


def notices(event: SQSEvent) -> dict[str, Any]:
    """Tell patients what is new to them; the answer names the messages that failed, and SQS brings those again."""
    from chalicelib.appointments import notices_queue
    from chalicelib.appointments.mail import mailer

    way_out = mailer()

    def handle(record: Mapping[str, Any]) -> None:
        occasion = notices_queue.from_message(record["body"])
        if way_out is not None:
            notices_service.tell(occasion, way_out)

    return one_by_one(event.to_dict(), handle, "SQS FIFO")


def timers(event: SQSEvent) -> dict[str, Any]:
    """Do what each message says is due; the answer names those that failed, and SQS brings them again."""

    def handle(record: Mapping[str, Any]) -> None:
        if timer := hold_timers.from_message(record["body"]):
            lapses.ring_hold(timer)
        else:
            deadlines.ring(queue.from_message(record["body"]), queue.timer_queue())

    return one_by_one(event.to_dict(), handle, "SQS")


def sweep(event: CloudWatchEvent) -> None:
    """Do what is overdue because its message was lost; locks that fail keep back no holds."""
    del event
    try:
        overdue = deadlines.sweep()
    finally:
        lapsed = lapses.sweep_holds()
    if overdue or lapsed:
        logger().warning("deadlines were found by the sweep", overdue=overdue, lapsed=lapsed)
