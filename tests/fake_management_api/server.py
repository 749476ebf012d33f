"""The stand-in itself, and a thread to run it in."""

import asyncio
import socket
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Literal, Self

from tests.fake_management_api.http_socket import Talk

HOST = "127.0.0.1"
# What is done with a request: answered with a status, or its socket is cut, or it never gets an answer.
Mood = int | Literal["reset", "stall"]
RESET: Literal["reset"] = "reset"
STALL: Literal["stall"] = "stall"
TAKEN = 200
# Given the method and the connection of a request, what is to be done with it.
Manners = Callable[[str, str], Mood]


def polite(_method: str, _connection_id: str) -> Mood:
    """Every connection is open and takes everything."""
    return TAKEN


class StandIn:
    """Listens from the start on a port of 127.0.0.1 that was free; answers while it runs.

    `frames` has what each connection was given, oldest first; `closed` the connections that were to be closed;
    `counts` how many requests were met with which mood; `opened` how many sockets came.
    `asked` has the head of each request. `latency_seconds` pass between a request and its answer. `manners` may be
    exchanged at any time. `keeps=False` counts only.
    """

    def __init__(
        self,
        manners: Manners = polite,
        latency_seconds: float = 0.0,
        tls: ssl.SSLContext | None = None,
        *,
        keeps: bool = True,
    ) -> None:
        self.manners = manners
        self.latency_seconds = latency_seconds
        self.frames: defaultdict[str, list[str]] = defaultdict(list)
        self.closed: list[str] = []
        self.asked: list[bytes] = []
        self.counts: Counter[Mood] = Counter()
        self.opened = 0
        self._tls = tls
        self._keeps = keeps
        self._talks: set[Talk] = set()
        self._socket = socket.create_server((HOST, 0), backlog=1024)
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve()))
        self._running = threading.Event()
        self._over = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop

    @property
    def endpoint(self) -> str:
        """Its address, with the path of a stage."""
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._socket.getsockname()[1]}/_aws/execute-api/standin/ws"

    def start(self) -> Self:
        """Answer from now on, in a thread."""
        self._thread.start()
        self._running.wait()
        return self

    def stop(self) -> None:
        """Cut all sockets and listen no more."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def hang_up(self) -> None:
        """Cut all sockets, as happens to those of a function that was frozen for long."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._cut, done)
        done.wait()

    async def serve(self) -> None:
        """Answer until stopped."""
        self._loop = asyncio.get_running_loop()
        server = await self._loop.create_server(lambda: Talk(self), sock=self._socket, ssl=self._tls)
        self._running.set()
        await self._over.wait()
        self._cut(threading.Event())
        server.close()
        await server.wait_closed()
        # Those whose certificates were not liked are still being let go.
        if late := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(late)

    def arrived(self, talk: Talk) -> None:
        """A socket came."""
        self.opened += 1
        self._talks.add(talk)

    def left(self, talk: Talk) -> None:
        """A socket went."""
        self._talks.discard(talk)

    def meets(self, head: bytes, method: str, connection_id: str, body: bytes) -> Mood:
        """Decide on a request, and take its frame if it is to be taken."""
        mood = self.manners(method, connection_id)
        self.counts[mood] += 1
        if self._keeps:
            self.asked.append(head)
            if mood == TAKEN and method == "POST":
                self.frames[connection_id].append(body.decode())
            elif mood == TAKEN:
                self.closed.append(connection_id)
        return mood

    def _cut(self, done: threading.Event) -> None:
        for talk in tuple(self._talks):
            talk.cut()
        done.set()
