"""The function of the fan-out queue."""

from collections.abc import Mapping
from typing import Any

from chalice.app import SQSEvent

from chalicelib.core.events.batch import process_batch, seconds_left
from chalicelib.realtime.fanout import handle_fanout_message
from chalicelib.realtime.management_api.client import management_api
from chalicelib.realtime.management_api.delivery import ManagementApi

# A process serves one message at a time and may wait as long as it may run, but for the time to forget closed
# connections and to respond.
_TIMEOUT_SECONDS, _RESERVE_SECONDS = 12.0, 8.0


def fanout(event: SQSEvent, api: ManagementApi | None = None) -> dict[str, Any]:
    """Deliver each message's frame to its part of a large audience.

    Returns:
        The failed messages; SQS redelivers them with all later ones of their groups.
    """
    left = seconds_left(event.context)

    def handle(record: Mapping[str, Any]) -> None:
        timeout_seconds = min(_TIMEOUT_SECONDS, left() - _RESERVE_SECONDS)
        handle_fanout_message(record["body"], api or management_api(), timeout_seconds)

    return process_batch(event.to_dict(), handle, "SQS FIFO")
