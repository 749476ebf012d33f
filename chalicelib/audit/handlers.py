"""Where the stream's events become calls of this room's use cases."""

from typing import Any

from chalice.app import DynamoDBEvent

from chalicelib.audit.service import writer
from chalicelib.core.events.batch import process_batch
from chalicelib.core.events.stream_record import StreamRecord


def write_history(event: DynamoDBEvent) -> dict[str, Any]:
    """Write down what each record tells; the answer names those that failed."""
    return process_batch(
        event.to_dict(), lambda record: writer.record_change(StreamRecord.parse(record)), "DynamoDBStreams"
    )
