"""Where Chalice's WebSocket and stream events become calls of this room's use cases.

Each function imports only what it serves: the frames and the way back to clients are no business of HTTP.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import DynamoDBEvent, Response, SQSEvent, WebsocketEvent

if TYPE_CHECKING:
    from chalicelib.realtime.management_api.delivery import ManagementApi

Record = Mapping[str, Any]
# In seconds: what it takes to forget those who turn out to be gone, and to answer, before a function is ended.
_CHANGE_RESERVE, _WORK_RESERVE = 15.0, 8.0
# Whoever is told by the queue has a function of their own, and can wait for as long as it may run.
_WORK_SECONDS = 12.0


def connect(event: WebsocketEvent, api: "ManagementApi | None" = None) -> Response | None:
    """Refuse the upgrade unless the address carries a good ticket (`?ticket=…`)."""
    if _event_type(event) == "MESSAGE":
        message(event, api)
        return None
    from chalicelib.realtime.service.connections import connect

    query = event.to_dict().get("queryStringParameters") or {}
    too_many = connect(event.connection_id, query.get("ticket"))
    if too_many is None:
        return Response("", status_code=HTTPStatus.UNAUTHORIZED)
    if too_many:
        from chalicelib.core.logging import logger
        from chalicelib.realtime.management_api.client import management_api
        from chalicelib.realtime.service.delivery_cleanup import close_connections

        try:
            close_connections(too_many, api or management_api())
        except Exception:  # noqa: BLE001 - logged; they are there at the next connection too
            logger().exception("old connections were not closed", connection_ids=too_many)
    return None


def message(event: WebsocketEvent, api: "ManagementApi | None" = None) -> None:
    """Serve one frame."""
    if _event_type(event) in ("CONNECT", "DISCONNECT"):
        return
    from chalicelib.realtime.management_api.client import management_api
    from chalicelib.realtime.websocket.router import handle_frame

    handle_frame(event.connection_id, event.body or "", api or management_api())


def disconnect(event: WebsocketEvent, api: "ManagementApi | None" = None) -> None:
    """Forget the connection."""
    if _event_type(event) == "MESSAGE":
        message(event, api)
        return
    from chalicelib.realtime.management_api.client import management_api
    from chalicelib.realtime.service.delivery_cleanup import forget_connections

    forget_connections([event.connection_id], api or management_api())


def _event_type(event: WebsocketEvent) -> str | None:
    """Return why API Gateway calls: a frame's content must not decide which function serves it."""
    event_type: str | None = event.to_dict()["requestContext"].get("eventType")
    return event_type


def change(event: DynamoDBEvent, api: "ManagementApi | None" = None) -> dict[str, Any]:
    """Announce each record and follow it up, those of one appointment in order; the answer names those that
    failed, and Lambda comes again from the first of them.
    """
    from chalicelib.core.events.batch import process_by_key, seconds_left
    from chalicelib.core.events.stream_record import StreamRecord
    from chalicelib.realtime.events.dispatch import deactivation_in, follow_up
    from chalicelib.realtime.events.locks import new_lease_in
    from chalicelib.realtime.fanout import announce
    from chalicelib.realtime.management_api.client import management_api
    from chalicelib.realtime.management_api.delivery import DEFAULT_TIMEOUT_SECONDS
    from chalicelib.realtime.service.delivery_cleanup import disconnect_member
    from chalicelib.realtime.service.disconnect import end_abandoned_lease

    api = api or management_api()
    left = seconds_left(event.context)

    def tell(record: StreamRecord) -> None:
        announce(record, api, min(DEFAULT_TIMEOUT_SECONDS, left() - _CHANGE_RESERVE))

    def follow(record: StreamRecord) -> None:
        follow_up(record)
        if leased := new_lease_in(record):
            end_abandoned_lease(leased)
        if ended := deactivation_in(record):
            disconnect_member(ended, api)

    failed = process_by_key(
        [StreamRecord.parse(record) for record in event.to_dict()["Records"]],
        lambda record: record.key.partition,
        tell,
        after=follow,  # people first; but whom it cannot tell is no reason to let a deadline pass
        has_time=lambda: left() > _CHANGE_RESERVE,
    )
    return {"batchItemFailures": [{"itemIdentifier": record.sequence_number} for record in failed]}


def fanout(event: SQSEvent, api: "ManagementApi | None" = None) -> dict[str, Any]:
    """Tell each part of a big audience what its message says; the answer names those that failed, and SQS brings
    them again, with all that came later in their lines.
    """
    from chalicelib.core.events.batch import process_batch, seconds_left
    from chalicelib.realtime.fanout import handle_fanout_message
    from chalicelib.realtime.management_api.client import management_api

    left = seconds_left(event.context)

    def handle(record: Record) -> None:
        handle_fanout_message(record["body"], api or management_api(), min(_WORK_SECONDS, left() - _WORK_RESERVE))

    return process_batch(event.to_dict(), handle, "SQS FIFO")
