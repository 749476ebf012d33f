"""The two ways to the app: in this process, or over HTTP and WebSockets."""

from typing import Protocol

from tests.app_client.response import Response


class Connection(Protocol):
    """One open WebSocket."""

    @property
    def id(self) -> str:
        """The server's name for the connection, where the client can know it."""

    @property
    def is_closed(self) -> bool:
        """Whether the server closed it."""

    def send(self, message: str | bytes) -> None:
        """Send one message. Raises `ConnectionLost` when the server has closed the connection."""

    def receive(self, seconds: float) -> str | None:
        """Return the next message, None if none comes within this time. Raises `ConnectionLost` as `send` does."""

    def close(self) -> None:
        """Close the connection."""

    def drop(self) -> None:
        """Lose the connection without a close frame."""


class Transport(Protocol):
    """HTTP requests and WebSocket connections to one running app."""

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        """Send one request to the API."""

    def connect(self, ticket: str | None) -> Connection:
        """Open a WebSocket with this ticket. Raises `UpgradeRefused`."""


class UpgradeRefused(Exception):
    """The server refused the WebSocket upgrade with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ConnectionLost(Exception):
    """The server has closed the WebSocket."""
