"""Live events over WebSocket, with reconnects."""

import asyncio
import json
import logging
import math
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from holdfast_client.api import Api, Refused, SignInRefused, Unreachable
from holdfast_client.frames import Command, Event, FollowAppointment, FollowCalendar, Frame
from holdfast_client.rules import Timing, Versions, backoff_seconds

Topic = FollowAppointment | FollowCalendar
Connect = Callable[[str], Awaitable[ClientConnection]]
_TOO_MANY, _FIRST_FAULT = 429, 500
_log = logging.getLogger("holdfast_client")


def appointment(appointment_id: str) -> Topic:
    """Topic of one appointment: a `snapshot` first, then locks, saves, presence and pointers."""
    return {"action": "subscribe", "appointmentId": appointment_id}


def calendar(doctor_id: str | None = None) -> Topic:
    """Topic of the practice's calendar, or of one doctor's."""
    if doctor_id is None:
        return {"action": "subscribe-calendar"}
    return {"action": "subscribe-calendar", "doctorId": doctor_id}


async def open_socket(address: str) -> ClientConnection:
    """Open a WebSocket without protocol pings: API Gateway counts only frames (`Timing.heartbeat`)."""
    return await connect(address, compression=None, ping_interval=None, close_timeout=1)


class Live:
    """A subscription to topics that survives dropped connections.

    It reconnects with a fresh ticket until `close` is called or the sign-in is refused. Handle each event quickly:
    the next events and the heartbeat wait for it.
    """

    def __init__(
        self, api: Api, topics: Sequence[Topic], *, timing: Timing | None = None, connect: Connect = open_socket
    ) -> None:
        self._api = api
        self._topics = list(topics)
        self._timing = timing or Timing()
        self._connect = connect
        self._versions = Versions()
        self._socket: ClientConnection | None = None
        self._closing = asyncio.Event()
        self._failures = 0

    async def events(self) -> AsyncGenerator[Event, None]:
        """Iterate over the events, unknown types included.

        Frames that are outdated by their version are dropped, and so is `pong`.

        Raises:
            SignInRefused: the password is wrong, or the member was deactivated.
            Refused: a ticket was refused for a reason that will not pass.
        """
        while not self._closing.is_set():
            wait_seconds = 0.0
            began = time.monotonic()
            try:
                self._socket = await self._open()
                began = time.monotonic()
                async for frame in self._frames(self._socket):
                    if frame["type"] != "pong" and (event := self._versions.accept(frame)):
                        yield event
                self._failures = 0
            except (OSError, WebSocketException, Unreachable, Refused) as failure:
                if self._closing.is_set():
                    return
                wait_seconds = self._wait_after(failure, time.monotonic() - began)
            finally:
                await self._disconnect()
            await self._wait(wait_seconds)

    async def send(self, command: Command) -> bool:
        """Send a command. Returns False without a connection; the command is then lost."""
        if self._socket is None:
            return False
        try:
            await self._socket.send(json.dumps(command))
        except WebSocketException:
            return False
        return True

    async def close(self) -> None:
        """End the iteration of `events`, from another task."""
        self._closing.set()
        await self._disconnect()

    async def _open(self) -> ClientConnection:
        """Connect with a fresh ticket and subscribe to every topic."""
        async with asyncio.timeout(self._timing.connect):
            ticket = await asyncio.to_thread(self._api.ticket)
            socket = await self._connect(f"{self._api.websocket}?ticket={ticket}")
        _log.info("connected")
        try:
            for topic in self._topics:
                await socket.send(json.dumps(topic))
        except BaseException:
            socket.transport.abort()
            raise
        return socket

    async def _frames(self, socket: ClientConnection) -> AsyncIterator[Frame]:
        """Iterate over the frames of one connection, until it is due for renewal.

        Raises:
            ConnectionClosed: the connection was dropped.
            TimeoutError: the server does not answer pings.
        """
        now = time.monotonic()
        renew_at, ping_at, dead_at = (
            now + random.uniform(*self._timing.renew),
            now + self._timing.heartbeat,
            math.inf,
        )
        while (now := time.monotonic()) < renew_at:
            if now >= dead_at:
                raise TimeoutError("no answer to a ping")
            if now >= ping_at:
                await socket.send('{"action": "ping"}')
                ping_at, dead_at = now + self._timing.heartbeat, min(dead_at, now + self._timing.pong)
            try:
                async with asyncio.timeout(min(renew_at, ping_at, dead_at) - now):
                    text = await socket.recv()
            except TimeoutError:
                continue
            dead_at = math.inf
            frame = json.loads(text)
            if isinstance(frame, dict) and "type" in frame:
                yield frame

    def _wait_after(self, failure: Exception, lived_seconds: float) -> float:
        """Return the seconds before the next attempt; raise a failure that no attempt can mend."""
        if isinstance(failure, SignInRefused):
            raise failure
        if isinstance(failure, Refused) and failure.status < _FIRST_FAULT and failure.status != _TOO_MANY:
            raise failure
        if lived_seconds >= self._timing.settled:
            self._failures = 0
        asked = failure.retry_after_seconds if isinstance(failure, Refused) else 0.0
        seconds = asked + backoff_seconds(self._failures, self._timing, random.uniform)
        self._failures += 1
        _log.info("not connected (%s), again in %.1f s", str(failure) or type(failure).__name__, seconds)
        return seconds

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _disconnect(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()
