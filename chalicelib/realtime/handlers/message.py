"""The function of `$default`, which gets every frame."""

from chalice.app import WebsocketEvent

import chalicelib.core.http.validation  # noqa: F401 - every frame needs it, most requests do not
from chalicelib.realtime.handlers.event_type import event_type
from chalicelib.realtime.management_api.client import management_api
from chalicelib.realtime.management_api.delivery import ManagementApi
from chalicelib.realtime.websocket.router import handle_frame


def message(event: WebsocketEvent, api: ManagementApi | None = None) -> None:
    """Handle a frame of a client."""
    if event_type(event) not in ("CONNECT", "DISCONNECT"):
        handle_frame(event.connection_id, event.body or "", api or management_api())
