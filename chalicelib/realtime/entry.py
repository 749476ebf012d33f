"""Where Chalice's WebSocket and stream events become calls of this room's use cases.

Each function imports only what it serves: the frames and the way back to clients are no business of HTTP.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import DynamoDBEvent, Response, WebsocketEvent

if TYPE_CHECKING:
    from chalicelib.realtime.gateway import Gateway


def connect(event: WebsocketEvent, gateway: "Gateway | None" = None) -> Response | None:
    """Refuse the upgrade unless the address carries a good ticket (`?ticket=…`)."""
    from chalicelib.realtime.service.connections import connect

    query = event.to_dict().get("queryStringParameters") or {}
    too_many = connect(event.connection_id, query.get("ticket"))
    if too_many is None:
        return Response("", status_code=HTTPStatus.UNAUTHORIZED)
    if too_many:
        from chalicelib.realtime.gateway import api_gateway
        from chalicelib.realtime.service import close

        close(too_many, gateway or api_gateway())
    return None


def message(event: WebsocketEvent, gateway: "Gateway | None" = None) -> None:
    """Serve one frame."""
    from chalicelib.realtime.dialogue import receive
    from chalicelib.realtime.gateway import api_gateway

    receive(event.connection_id, event.body or "", gateway or api_gateway())


def disconnect(event: WebsocketEvent, gateway: "Gateway | None" = None) -> None:
    """Forget the connection."""
    from chalicelib.realtime.gateway import api_gateway
    from chalicelib.realtime.service import end

    end([event.connection_id], gateway or api_gateway())


def change(event: DynamoDBEvent, gateway: "Gateway | None" = None) -> dict[str, Any]:
    """Announce each record and follow it up; the answer names those that failed.

    Lambda comes again from the first of them.
    """
    from chalicelib.core.batch import one_by_one
    from chalicelib.realtime.fanout import announce
    from chalicelib.realtime.gateway import api_gateway
    from chalicelib.realtime.news import follow_up, leased_to
    from chalicelib.realtime.service import end_if_gone

    def handle(record: Mapping[str, Any]) -> None:
        try:
            announce(record, gateway or api_gateway())
        finally:  # people first; but whom it cannot tell is no reason to let a deadline pass
            follow_up(record)
            if leased := leased_to(record):
                end_if_gone(leased)

    return one_by_one(event.to_dict(), handle, "DynamoDBStreams")
