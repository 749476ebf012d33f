"""Where the queue's events become calls of this room's use cases."""

from collections.abc import Mapping
from typing import Any

from chalice.app import SQSEvent

from chalicelib.core.batch import one_by_one


def notices(event: SQSEvent) -> dict[str, Any]:
    """Tell patients what is new to them; the answer names the messages that failed, and SQS brings those again."""
    from chalicelib.appointments import notices_queue, service
    from chalicelib.appointments.mail import mailer

    way_out = mailer()

    def handle(record: Mapping[str, Any]) -> None:
        occasion = notices_queue.from_message(record["body"])
        if way_out is not None:
            service.tell(occasion, way_out)

    return one_by_one(event.to_dict(), handle, "SQS FIFO")
