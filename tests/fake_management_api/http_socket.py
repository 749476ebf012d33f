"""One socket of the stand-in: HTTP/1.1 with keep-alive, as much of it as the management endpoint speaks."""

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.fake_management_api.server import Mood, StandIn

_REASONS = {
    400: "BadRequestException",
    403: "ForbiddenException",
    410: "GoneException",
    413: "PayloadTooLargeException",
    429: "LimitExceededException",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}
_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"


class Talk(asyncio.Protocol):
    """Reads requests one after another; each is met by the stand-in and answered after its latency."""

    def __init__(self, standin: "StandIn") -> None:
        self._standin = standin
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A socket came."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._standin.arrived(self)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """A socket went."""
        self._standin.left(self)

    def data_received(self, data: bytes) -> None:
        """Meet every request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            whole = end + 4 + _length(head)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._meet(head, body)

    def cut(self) -> None:
        """Reset the socket."""
        self._transport.abort()

    def _meet(self, head: bytes, body: bytes) -> None:
        method, path, _ = head[: head.index(b"\r\n")].decode().split(" ")
        if "/@connections/" not in path:
            counts = {str(mood): count for mood, count in self._standin.counts.items()}
            self._transport.write(_answer("200 OK", json.dumps(counts).encode()))
            return
        mood = self._standin.meets(head, method, unquote(path.rpartition("/@connections/")[2]), body)
        if self._standin.latency_seconds:
            asyncio.get_running_loop().call_later(self._standin.latency_seconds, self._show, mood)
        else:
            self._show(mood)

    def _show(self, mood: "Mood") -> None:
        if self._transport.is_closing() or mood == "stall":
            return
        if mood == "reset":
            self.cut()
        elif mood == 200:
            self._transport.write(_TAKEN)
        else:
            reason = _REASONS[int(mood)]
            self._transport.write(_answer(f"{mood} {reason}", b'{"message": null}', f"x-amzn-ErrorType: {reason}"))


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, "Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
