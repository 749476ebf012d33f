"""The type of a WebSocket event."""

from chalice.app import WebsocketEvent


def event_type(event: WebsocketEvent) -> str | None:
    """Return CONNECT, MESSAGE or DISCONNECT.

    A frame's content must not decide which function serves it.
    With a route selection by the frame's action, `$connect` and `$disconnect` would get the frames whose action is
    their own name. The answer is an error frame, which their roles permit.
    """
    found: str | None = event.to_dict()["requestContext"].get("eventType")
    return found
