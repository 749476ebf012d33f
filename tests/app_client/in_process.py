"""The app in this process: Chalice's test client, and the WebSocket functions called as API Gateway calls them."""

import itertools
from typing import Any

import chalice.test

import app
from tests.app_client.management_api import MANAGEMENT_API
from tests.app_client.response import Response
from tests.app_client.socket import Socket
from tests.app_client.transport import UpgradeRefused

_numbers = itertools.count(1)
_http = chalice.test.Client(app.app).http


class InProcess:
    """Calls the app's functions directly."""

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        answer = _http.request(method, path, headers=headers, body=body)
        return Response.of(answer.status_code, answer.headers, answer.body)

    def connect(self, ticket: str | None) -> "InProcessConnection":
        connection = InProcessConnection(f"connection-{next(_numbers)}")
        connection.connect(ticket)
        return connection


class InProcessConnection:
    """A connection whose frames are read from what the management API was sent."""

    def __init__(self, connection_id: str) -> None:
        self.id = connection_id
        self._read = 0

    @property
    def is_closed(self) -> bool:
        return self.id in MANAGEMENT_API.closed

    def connect(self, ticket: str | None) -> None:
        """Ask for the upgrade. Raises `UpgradeRefused`."""
        event = websocket_event(self.id, "CONNECT")
        event["queryStringParameters"] = {"ticket": ticket} if ticket is not None else None
        status = app.websocket_connect(event, None)["statusCode"]
        if status != 200:
            raise UpgradeRefused(status)

    def send(self, message: str | bytes) -> None:
        app.websocket_message(websocket_event(self.id, "MESSAGE", message), None)

    def receive(self, seconds: float) -> str | None:
        """Return the next frame; all that will come is there already."""
        del seconds
        messages = MANAGEMENT_API.frames[self.id]
        if self._read == len(messages):
            return None
        self._read += 1
        return messages[self._read - 1]

    def close(self) -> None:
        app.websocket_disconnect(websocket_event(self.id, "DISCONNECT"), None)

    def drop(self) -> None:
        self.close()


def connects(ticket: str | None) -> Socket:
    """Open a WebSocket with this ticket. Raises `UpgradeRefused`."""
    return Socket(InProcess().connect(ticket))


def websocket_event(connection_id: str, kind: str, body: str | bytes = "") -> dict[str, Any]:
    """Return an event as API Gateway passes it to a function."""
    context = {
        "connectionId": connection_id,
        "apiId": "tests",
        "eventType": kind,
        "routeKey": "$default",
        "domainName": "tests.execute-api.us-east-1.amazonaws.com",
        "stage": "ws",
    }
    return {"requestContext": context, "body": body}
