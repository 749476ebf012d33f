"""Serving a batch of records one by one, so that one that fails does not keep back the rest."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from chalicelib.core.observability import logger

Source = Literal["DynamoDBStreams", "SQS"]
Record = Mapping[str, Any]


def one_by_one(event: Record, handle: Callable[[Record], None], source: Source) -> dict[str, Any]:
    """Serve each record of an event; the answer names those that failed, and AWS brings them again.

    A queue brings those alone, a stream also all that came after the first of them.
    """
    from aws_lambda_powertools.utilities.batch import (
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    # The library tells its handlers' arguments apart by their names, and keeps what they raise to itself.
    def served(record: Record) -> None:
        try:
            handle(record)
        except Exception:
            logger().exception("a record failed", source=source)
            raise

    answer = process_partial_response(
        event=dict(event),
        record_handler=served,
        processor=BatchProcessor(EventType(source), raise_on_entire_batch_failure=False),
    )
    return dict(answer)
