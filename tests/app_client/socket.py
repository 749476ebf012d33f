"""A WebSocket, as a client sees it."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import app
from tests.app_client.management_api import MANAGEMENT_API

_numbers = itertools.count(1)


class Socket:
    """A WebSocket, its frames read from what the management endpoint was given."""

    def __init__(self, connection_id: str) -> None:
        self.connection_id = connection_id

    @classmethod
    def open(cls, ticket: str | None) -> "Socket":
        """Connect; `Refused` if the upgrade was."""
        socket = cls(f"connection-{next(_numbers)}")
        event = socket.event("CONNECT")
        event["queryStringParameters"] = {"ticket": ticket} if ticket is not None else None
        if app.websocket_connect(event, None)["statusCode"] != 200:
            raise UpgradeRefused
        return socket

    def sends(self, frame: object, function: Callable[[Any, Any], object] = app.websocket_message) -> None:
        """Send a frame; text goes as it is. `function` is where API Gateway routes it."""
        event = self.event("MESSAGE")
        event["body"] = frame if isinstance(frame, str) else json.dumps(frame)
        function(event, None)

    def exchanges(self, frame: object) -> dict[str, Any]:
        """Send a frame and return what came back for it."""
        seen = len(self.frames)
        self.sends(frame)
        (answer,) = self.frames[seen:]
        return answer

    def subscribes(self, appointment: str) -> dict[str, Any]:
        """Follow an appointment; the snapshot."""
        return self.exchanges({"action": "subscribe", "appointmentId": appointment})

    def closes(self) -> None:
        """Close the socket."""
        app.websocket_disconnect(self.event("DISCONNECT"), None)

    @property
    def frames(self) -> list[dict[str, Any]]:
        """All frames so far, oldest first."""
        return [json.loads(text) for text in MANAGEMENT_API.frames[self.connection_id]]

    @property
    def updates(self) -> list[dict[str, Any]]:
        """The frames behind the first, which is the snapshot, without those that say who is there."""
        return [frame for frame in self.frames[1:] if frame["type"] != "presence-update"]

    @property
    def is_closed(self) -> bool:
        """Whether the server closed it."""
        return self.connection_id in MANAGEMENT_API.closed

    def event(self, kind: str) -> dict[str, Any]:
        """An event of this socket, as API Gateway passes it to a function."""
        context = {
            "connectionId": self.connection_id,
            "apiId": "tests",
            "eventType": kind,
            "routeKey": "$default",
            "domainName": "tests.execute-api.us-east-1.amazonaws.com",
            "stage": "ws",
        }
        return {"requestContext": context, "body": ""}


class UpgradeRefused(Exception):
    """The WebSocket upgrade was refused."""
