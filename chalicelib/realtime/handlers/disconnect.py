"""The function of `$disconnect`."""

from chalice.app import WebsocketEvent

from chalicelib.realtime.handlers.event_type import event_type
from chalicelib.realtime.management_api.client import management_api
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.service.delivery import forget_connections


def disconnect(event: WebsocketEvent, api: ManagementApi | None = None) -> None:
    """Forget a closed connection."""
    if event_type(event) == "MESSAGE":
        from chalicelib.realtime.handlers.message import message

        message(event, api)
    else:
        forget_connections([event.connection_id], api or management_api())
