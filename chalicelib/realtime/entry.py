"""Where Chalice's WebSocket and stream events become calls of this room's use cases.

Each function imports only what it serves: the frames and the way back to clients are no business of HTTP.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import DynamoDBEvent, Response, WebsocketEvent

from chalicelib.realtime import service

if TYPE_CHECKING:
    from chalicelib.realtime.gateway import Gateway


def connect(event: WebsocketEvent) -> Response | None:
    """Refuse the upgrade unless the address carries a good ticket (`?ticket=…`)."""
    query = event.to_dict().get("queryStringParameters") or {}
    if service.connect(event.connection_id, query.get("ticket")):
        return None
    return Response("", status_code=HTTPStatus.UNAUTHORIZED)


def message(event: WebsocketEvent, gateway: "Gateway | None" = None) -> None:
    """Serve one frame."""
    from chalicelib.realtime.dialogue import receive
    from chalicelib.realtime.gateway import api_gateway

    receive(event.connection_id, event.body or "", gateway or api_gateway())


def disconnect(event: WebsocketEvent) -> None:
    """Forget the connection."""
    service.disconnect(event.connection_id)


def change(event: DynamoDBEvent, gateway: "Gateway | None" = None) -> dict[str, Any]:
    """Announce each record and follow it up; the answer names those that failed.

    Lambda comes again from the first of them.
    """
    from chalicelib.core.batch import one_by_one
    from chalicelib.realtime.fanout import announce
    from chalicelib.realtime.gateway import api_gateway
    from chalicelib.realtime.news import follow_up, leased_to

    def handle(record: Mapping[str, Any]) -> None:
        try:
            announce(record, gateway or api_gateway())
        finally:  # people first; but whom it cannot tell is no reason to let a deadline pass
            follow_up(record)
            if leased := leased_to(record):
                service.end_if_gone(leased)

    return one_by_one(event.to_dict(), handle, "DynamoDBStreams")
