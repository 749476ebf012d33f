"""A proxy in front of DynamoDB that can refuse calls, and lose calls and responses."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

from infra.ports import HOST

# Names the calling client.
CALLER_HEADER = "X-Caller"


@dataclass(frozen=True)
class Request:
    """One call to DynamoDB."""

    caller: str
    operation: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Response:
    """A response of DynamoDB, or of the proxy in its place."""

    status: int
    body: bytes


Forward = Callable[[Request], Response]
# Gets a call and a function that forwards it. None closes the connection without a response.
Interceptor = Callable[[Request, Forward], Response | None]


@contextmanager
def run_proxy(endpoint: str, intercept: Interceptor) -> Iterator[str]:
    """Run a proxy in front of an endpoint; each connection has its own thread."""
    server = ThreadingHTTPServer((HOST, 0), _handler(endpoint, intercept))
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _handler(endpoint: str, intercept: Interceptor) -> type[BaseHTTPRequestHandler]:
    members = {"address": urlsplit(endpoint).netloc, "meddle": (intercept,)}
    return type("Proxy", (_Proxy,), members)


class _Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    address: ClassVar[str]
    # In a tuple, since a function would become a method.
    meddle: ClassVar[tuple[Interceptor]]

    def setup(self) -> None:
        super().setup()
        self.upstream = http.client.HTTPConnection(self.address, timeout=10)

    def finish(self) -> None:
        self.upstream.close()
        with suppress(ConnectionResetError, BrokenPipeError):
            super().finish()

    def handle(self) -> None:
        # The caller may have been killed, or have stopped waiting.
        with suppress(ConnectionResetError, BrokenPipeError):
            super().handle()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        request = Request(self.headers.get(CALLER_HEADER, ""), operation, body, dict(self.headers))
        (meddle,) = self.meddle
        answer = meddle(request, self._forward)
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _forward(self, request: Request) -> Response:
        self.upstream.request("POST", "/", request.body, request.headers)
        answer = self.upstream.getresponse()
        return Response(answer.status, answer.read())

    def log_message(self, *_: object) -> None:
        pass
