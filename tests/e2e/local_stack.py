"""The local stack over HTTP and WebSockets."""

from contextlib import ExitStack
from dataclasses import dataclass
from socket import SHUT_RDWR

import urllib3
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.app_client.response import Response
from tests.app_client.transport import ConnectionLost, UpgradeRefused
from tests.stack import Stack

_pool = urllib3.PoolManager(retries=False, timeout=30.0)


@dataclass(frozen=True)
class LocalStack:
    """Requests and connections to one running stack."""

    stack: Stack

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        answer = _pool.request(method, self.stack.api + path, body=body, headers=headers)
        return Response.of(answer.status, dict(answer.headers), answer.data)

    def connect(self, ticket: str | None) -> "StackConnection":
        query = "" if ticket is None else f"?ticket={ticket}"
        try:
            return StackConnection(self.stack.websocket + query)
        except InvalidStatus as refusal:
            raise UpgradeRefused(refusal.response.status_code) from None


class StackConnection:
    """An open WebSocket."""

    def __init__(self, address: str) -> None:
        self._exit = ExitStack()
        self._connection = self._exit.enter_context(connect(address, compression=None))
        self.id = "known to the server alone"
        self.is_closed = False

    def send(self, message: str | bytes) -> None:
        try:
            self._connection.send(message)
        except ConnectionClosed:
            raise self._lost() from None

    def receive(self, seconds: float) -> str | None:
        try:
            return str(self._connection.recv(timeout=seconds))
        except TimeoutError:
            return None
        except ConnectionClosed:
            raise self._lost() from None

    def close(self) -> None:
        self._exit.close()

    def drop(self) -> None:
        self._connection.socket.shutdown(SHUT_RDWR)

    def _lost(self) -> ConnectionLost:
        self.is_closed = True
        return ConnectionLost()


def fetch(stack: Stack, path: str) -> urllib3.BaseHTTPResponse:
    """Fetch a file or page of the site."""
    return _pool.request("GET", stack.origin + path)
