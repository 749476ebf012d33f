"""Handlers of the WebSocket functions and of the fan-out queue.

Each function imports what it serves and nothing else.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import Response, SQSEvent, WebsocketEvent

if TYPE_CHECKING:
    from chalicelib.realtime.management_api.delivery import ManagementApi

# The fan-out function serves one message at a time and may wait as long as it may run, but for the time to forget
# closed connections and to respond.
_FANOUT_TIMEOUT_SECONDS, _RESERVE_SECONDS = 12.0, 8.0


def connect(event: WebsocketEvent, api: "ManagementApi | None" = None) -> Response | None:
    """Accept a connection with a valid ticket in its address (`?ticket=…`), and close a member's surplus ones.

    Returns:
        A response with status 401 if the ticket is not valid.
    """
    if _event_type(event) == "MESSAGE":
        message(event, api)
        return None
    from chalicelib.realtime.service.connections import connect

    query = event.to_dict().get("queryStringParameters") or {}
    surplus = connect(event.connection_id, query.get("ticket"))
    if surplus is None:
        return Response("", status_code=HTTPStatus.UNAUTHORIZED)
    if surplus:
        from chalicelib.core.logging import logger
        from chalicelib.realtime.management_api.client import management_api
        from chalicelib.realtime.service.delivery import close_connections

        try:
            close_connections(surplus, api or management_api())
        except Exception:  # noqa: BLE001 - the member's next connection tries again
            logger().exception("surplus connections were not closed", connection_ids=surplus)
    return None


def message(event: WebsocketEvent, api: "ManagementApi | None" = None) -> None:
    """Handle a frame of a client."""
    if _event_type(event) in ("CONNECT", "DISCONNECT"):
        return
    from chalicelib.realtime.management_api.client import management_api
    from chalicelib.realtime.websocket.router import handle_frame

    handle_frame(event.connection_id, event.body or "", api or management_api())


def disconnect(event: WebsocketEvent, api: "ManagementApi | None" = None) -> None:
    """Forget a closed connection."""
    if _event_type(event) == "MESSAGE":
        message(event, api)
        return
    from chalicelib.realtime.management_api.client import management_api
    from chalicelib.realtime.service.delivery import forget_connections

    forget_connections([event.connection_id], api or management_api())


def fanout(event: SQSEvent, api: "ManagementApi | None" = None) -> dict[str, Any]:
    """Deliver each message's frame to its part of a large audience.

    Returns:
        The failed messages; SQS redelivers them with all later ones of their groups.
    """
    from chalicelib.core.events.batch import process_batch, seconds_left
    from chalicelib.realtime.fanout import handle_fanout_message
    from chalicelib.realtime.management_api.client import management_api

    left = seconds_left(event.context)

    def handle(record: Mapping[str, Any]) -> None:
        timeout_seconds = min(_FANOUT_TIMEOUT_SECONDS, left() - _RESERVE_SECONDS)
        handle_fanout_message(record["body"], api or management_api(), timeout_seconds)

    return process_batch(event.to_dict(), handle, "SQS FIFO")


def _event_type(event: WebsocketEvent) -> str | None:
    """Return CONNECT, MESSAGE or DISCONNECT. A frame's content must not decide which function serves it."""
    event_type: str | None = event.to_dict()["requestContext"].get("eventType")
    return event_type
