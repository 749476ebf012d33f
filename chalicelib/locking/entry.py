"""Where the queue's and the schedule's events become calls of this room's use cases."""

from typing import Any

from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.core.observability import logger
from chalicelib.locking import queue, service


def timers(event: SQSEvent) -> dict[str, Any]:
    """Do what each message says is due; the answer names those that failed, and SQS brings them again."""
    from aws_lambda_powertools.utilities.batch import (
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    def handle(record: dict[str, Any]) -> None:
        service.ring(queue.from_message(record["body"]), queue.timer_queue())

    answer = process_partial_response(
        event=event.to_dict(),
        record_handler=handle,
        processor=BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False),
    )
    return dict(answer)


def sweep(event: CloudWatchEvent) -> None:
    """Do what is overdue because its message was lost."""
    del event
    overdue = service.sweep()
    if overdue:
        logger().warning("deadlines were found by the sweep", overdue=overdue)
