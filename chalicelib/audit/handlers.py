"""The function of the lock history."""

from typing import Any

from chalice.app import DynamoDBEvent

from chalicelib.audit.service.writer import record_change
from chalicelib.core.events.batch import process_batch
from chalicelib.core.events.stream_record import StreamRecord


def on_history(event: DynamoDBEvent) -> dict[str, Any]:
    """Record each change of a lock in its history.

    Returns:
        The failed records; Lambda redelivers everything from the first of them on.
    """
    return process_batch(
        event.to_dict(), lambda record: record_change(StreamRecord.parse(record)), "DynamoDBStreams"
    )
