"""The type of a WebSocket event."""

from chalice.app import WebsocketEvent


def event_type(event: WebsocketEvent) -> str | None:
    """Return CONNECT, MESSAGE or DISCONNECT.

    A frame's content must not decide which function serves it.
    """
    found: str | None = event.to_dict()["requestContext"].get("eventType")
    return found
