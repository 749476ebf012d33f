"""The fake itself, and a thread to run it in."""

import asyncio
import socket
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Literal, Self

from tests.fake_management_api.http_socket import HttpSocket

HOST = "127.0.0.1"
# To a request: a status, a reset of its socket, no response at all, half a body and no more, or these very
# bytes and the socket's end.
Reaction = int | bytes | Literal["reset", "stall", "stall in body"]
RESET: Literal["reset"] = "reset"
STALL: Literal["stall"] = "stall"
STALL_IN_BODY: Literal["stall in body"] = "stall in body"
ACCEPTED = 200
# The reaction to a request with this method to this connection id.
Behaviour = Callable[[str, str], Reaction]


def accept_all(_method: str, _connection_id: str) -> Reaction:
    """Every connection is open and accepts every frame."""
    return ACCEPTED


class FakeManagementApi:
    """Listens from the start on a free port of 127.0.0.1; responds while it runs.

    `frames` has the frames of each connection, oldest first; `closed` the connections that were closed;
    `reactions` the number of requests by reaction; `socket_count` the number of sockets accepted;
    `request_heads` the head of each request. `latency_seconds` pass between a request and its response.
    `behaviour` may be replaced at any time. With `records_requests=False` it only counts.
    """

    def __init__(
        self,
        behaviour: Behaviour = accept_all,
        latency_seconds: float = 0.0,
        tls: ssl.SSLContext | None = None,
        *,
        records_requests: bool = True,
    ) -> None:
        self.behaviour = behaviour
        self.latency_seconds = latency_seconds
        self.frames: defaultdict[str, list[str]] = defaultdict(list)
        self.closed: list[str] = []
        self.request_heads: list[bytes] = []
        self.reactions: Counter[Reaction] = Counter()
        self.socket_count = 0
        self._tls = tls
        self._records_requests = records_requests
        self._open_sockets: set[HttpSocket] = set()
        self._socket = socket.create_server((HOST, 0), backlog=1024)
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve()))
        self._running = threading.Event()
        self._over = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop

    @property
    def endpoint(self) -> str:
        """Its address, with the path of a stage."""
        scheme, port = "https" if self._tls else "http", self._socket.getsockname()[1]
        return f"{scheme}://{HOST}:{port}/_aws/execute-api/fake/ws"

    def start(self) -> Self:
        """Respond from now on, in a thread."""
        self._thread.start()
        self._running.wait()
        return self

    def stop(self) -> None:
        """Reset all sockets and stop listening."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset_sockets(self) -> None:
        """Reset all sockets, as happens to those of a function that was frozen for long."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._reset_all, done)
        done.wait()

    async def serve(self) -> None:
        """Respond until stopped."""
        self._loop = asyncio.get_running_loop()
        server = await self._loop.create_server(lambda: HttpSocket(self), sock=self._socket, ssl=self._tls)
        self._running.set()
        await self._over.wait()
        self._reset_all(threading.Event())
        server.close()
        await server.wait_closed()
        # Handshakes that failed are still being closed.
        if late := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(late)

    def on_connect(self, accepted: HttpSocket) -> None:
        """Count a new socket."""
        self.socket_count += 1
        self._open_sockets.add(accepted)

    def on_disconnect(self, closed: HttpSocket) -> None:
        """Forget a socket."""
        self._open_sockets.discard(closed)

    def react(self, head: bytes, method: str, connection_id: str, body: bytes) -> Reaction:
        """Decide on a request, and record it."""
        reaction = self.behaviour(method, connection_id)
        self.reactions[reaction] += 1
        if self._records_requests:
            self.request_heads.append(head)
            if reaction == ACCEPTED and method == "POST":
                self.frames[connection_id].append(body.decode())
            elif reaction == ACCEPTED:
                self.closed.append(connection_id)
        return reaction

    def _reset_all(self, done: threading.Event) -> None:
        for each in tuple(self._open_sockets):
            each.reset()
        done.set()
