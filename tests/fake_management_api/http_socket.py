"""One socket of the fake: HTTP/1.1 with keep-alive, as much of it as the management API speaks."""

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.fake_management_api.server import FakeManagementApi, Reaction

_ERROR_NAMES = {
    400: "BadRequestException",
    403: "ForbiddenException",
    404: "NotFoundException",
    410: "GoneException",
    413: "PayloadTooLargeException",
    429: "LimitExceededException",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}
_OK_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
_HALF_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{}"


class HttpSocket(asyncio.Protocol):
    """Reads requests one after another, and responds to each after the latency."""

    def __init__(self, api: "FakeManagementApi") -> None:
        self._api = api
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register with the fake."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._api.on_connect(self)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """Unregister."""
        self._api.on_disconnect(self)

    def data_received(self, data: bytes) -> None:
        """Handle every complete request."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            whole = end + 4 + _content_length(head)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._handle_request(head, body)

    def reset(self) -> None:
        """Reset the socket."""
        self._transport.abort()

    def _handle_request(self, head: bytes, body: bytes) -> None:
        method, path, _ = head[: head.index(b"\r\n")].decode().split(" ")
        if "/@connections/" not in path:
            reactions = {str(reaction): count for reaction, count in self._api.reactions.items()}
            self._transport.write(_response("200 OK", json.dumps(reactions).encode()))
            return
        reaction = self._api.react(head, method, unquote(path.rpartition("/@connections/")[2]), body)
        if self._api.latency_seconds:
            asyncio.get_running_loop().call_later(self._api.latency_seconds, self._respond, reaction)
        else:
            self._respond(reaction)

    def _respond(self, reaction: "Reaction") -> None:
        if self._transport.is_closing() or reaction == "stall":
            return
        if reaction == "reset":
            self.reset()
        elif reaction == "stall in body":
            self._transport.write(_HALF_RESPONSE)
        elif reaction == 200:
            self._transport.write(_OK_RESPONSE)
        elif isinstance(reaction, bytes):
            self._transport.write(reaction)
            self._transport.close()
        else:
            error = _ERROR_NAMES[int(reaction)]
            self._transport.write(
                _response(f"{reaction} {error}", b'{"message": null}', f"x-amzn-ErrorType: {error}")
            )


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _response(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, "Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
