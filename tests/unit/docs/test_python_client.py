"""The example client: its rules, and its frame types compared with the server's."""

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from types import UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from chalicelib.core.http.schema import wire_name
from chalicelib.realtime.frames.catalog import FRAMES
from chalicelib.realtime.frames.commands import COMMANDS
from holdfast_client import (
    Api,
    Command,
    Event,
    Live,
    Refused,
    SignInRefused,
    Timing,
    Unreachable,
    Versions,
    appointment,
    backoff_seconds,
)


def typed_dicts(union: Any, mark: str) -> dict[str, Any]:
    """Return the form of each frame of the client, by the values of its `type` or `action`."""
    return {
        name: form_without(mark, shape)
        for shape in get_args(union)
        for name in get_args(get_type_hints(shape)[mark])
    }


def form_without(mark: str, shape: Any) -> dict[str, Any]:
    """Return the form of a frame without the field that names it."""
    return {name: form for name, form in form_of(shape).items() if name != mark}


def form_of(hint: Any) -> Any:
    """Return the wire form of a type, nested fields too, of a TypedDict or a schema.

    Whether a field may be null or missing does not count. Times and ids are text, `Literal` is its values.
    """
    if get_origin(hint):
        return form_of_generic(get_origin(hint), get_args(hint))
    if is_typeddict(hint):
        return {name: form_of(part) for name, part in get_type_hints(hint).items()}
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return {wire_name(field.name): form_of(hints[field.name]) for field in fields(hint)}
    return {datetime: str, dict: str}.get(hint, hint)


def form_of_generic(origin: Any, arguments: tuple[Any, ...]) -> Any:
    if origin in {Annotated, NotRequired}:
        return form_of(arguments[0])
    if origin is Literal:
        return frozenset(arguments)
    forms = [form_of(part) for part in arguments if part is not type(None)]
    if origin in {Union, UnionType}:
        return forms[0] if len(forms) == 1 else frozenset().union(*forms)
    return {list: forms[:1], tuple: forms[:1], dict: dict(zip(forms[::2], forms[1::2], strict=False))}[origin]


def test_client_types_match_the_frames_of_the_server() -> None:
    served = {
        name: form_without("type", frame) for frame in FRAMES for name in get_args(get_type_hints(frame)["type"])
    }
    assert typed_dicts(Event, "type") == served


def test_client_types_match_the_commands_of_the_server() -> None:
    taken = {action: form_without("action", shape) for action, shape in COMMANDS.items()}
    assert typed_dicts(Command, "action") == taken


def lock_frame(version: int) -> dict[str, Any]:
    return {"type": "lock-update", "appointmentId": "a", "version": version, "lock": {"version": version}}


def snapshot(version: int, appointment_version: int) -> dict[str, Any]:
    return {**lock_frame(version), "type": "snapshot", "appointmentVersion": appointment_version}


def saved(version: int) -> dict[str, Any]:
    return {"type": "appointment-updated", "appointmentId": "a", "appointmentVersion": version}


numbers = st.integers(0, 9)
frames = st.lists(
    st.builds(lock_frame, numbers) | st.builds(snapshot, numbers, numbers) | st.builds(saved, numbers)
)


@given(frames)
def test_client_versions_never_go_back(frames: list[dict[str, Any]]) -> None:
    versions = Versions()
    accepted: list[Any] = [event for event in map(versions.accept, frames) if event]
    for name in ("version", "appointmentVersion"):
        seen = [event[name] for event in accepted if name in event]
        assert seen == sorted(seen)
        assert max(seen, default=0) == max((frame[name] for frame in frames if name in frame), default=0)
    assert all(event["lock"]["version"] == event["version"] for event in accepted if "lock" in event)


@pytest.mark.parametrize(
    "frame", [{"type": "from-the-future"}, {"type": "lock-free", "appointmentId": "a", "version": 0}]
)
def test_frame_without_version_passes_unchanged(frame: dict[str, Any]) -> None:
    versions = Versions()
    versions.accept(lock_frame(7))
    assert versions.accept(frame) == frame


def test_reconnect_delay_is_a_quarter_to_ten_seconds() -> None:
    drawn = random.Random(4)  # noqa: S311 - a test's dice
    for failures in range(2000):
        seconds = backoff_seconds(failures, Timing(), drawn.uniform)
        assert 0.25 <= seconds <= min(10.0, 0.25 * 2.0 ** min(failures + 1, 16))


@dataclass
class Server:
    """A server that answers subscriptions and, while healthy, pings; it records connections and tickets."""

    port: int = 0
    is_well: bool = True
    tickets: list[str] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)

    async def answer(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.tickets.append(connection.request.path.partition("=")[2])
        async for text in connection:
            if json.loads(text)["action"] == "subscribe":
                await connection.send(json.dumps(snapshot(len(self.tickets), 1)))
            elif self.is_well:
                await connection.send('{"type": "pong"}')

    @asynccontextmanager
    async def serving(self, timing: Timing) -> AsyncIterator[AsyncGenerator[Event, None]]:
        """Yield the events of a client of it."""
        async with serve(self.answer, "127.0.0.1", 0, close_timeout=1) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            async with aclosing(Live(Account(self), [appointment("a")], timing=timing).events()) as events:
                yield events


class Account(Api):
    """An API that is signed in, with numbered tickets."""

    def __init__(self, server: Server) -> None:
        super().__init__(f"http://127.0.0.1:{server.port}", "bob@example.test", "unused")
        self._server = server

    def ticket(self) -> str:
        if self._server.refusals:
            raise self._server.refusals.pop(0)
        return f"ticket-{len(self._server.tickets)}"


QUICK = Timing(heartbeat=0.02, pong=0.1, min_reconnect=0.001, max_reconnect=0.01)


def test_unanswered_ping_replaces_the_connection() -> None:
    server = Server(is_well=False)

    async def story() -> list[Any]:
        async with server.serving(QUICK) as events:
            return [await anext(events), await anext(events)]

    first, second = asyncio.run(story())
    assert (first["version"], second["version"]) == (1, 2)
    assert server.tickets == ["ticket-0", "ticket-1"], "each connection has its own ticket"


def test_answered_pings_keep_connection_until_renewal() -> None:
    server = Server()

    async def story() -> list[Any]:
        async with server.serving(replace(QUICK, renew=(0.5, 0.5))) as events:
            return [await anext(events), await anext(events)]

    began = time.monotonic()
    asyncio.run(story())
    assert time.monotonic() - began >= 0.5
    assert len(server.tickets) == 2


@pytest.mark.parametrize(
    "passing", [Unreachable("no way"), Refused(503, {}), Refused(429, {}, 0.01), OSError("no")]
)
def test_transient_error_is_retried(passing: Exception) -> None:
    server = Server(refusals=[passing] * 3)

    async def story() -> Any:
        async with server.serving(QUICK) as events:
            return await anext(events)

    assert asyncio.run(story())["type"] == "snapshot"


@pytest.mark.parametrize("lasting", [SignInRefused(401, {"code": "UNAUTHENTICATED"}), Refused(403, {})])
def test_permanent_error_is_raised(lasting: Exception) -> None:
    server = Server(refusals=[lasting])

    async def story() -> Any:
        async with server.serving(QUICK) as events:
            return await anext(events)

    with pytest.raises(type(lasting)):
        asyncio.run(story())
    assert server.tickets == []
