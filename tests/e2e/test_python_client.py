"""The example client of docs/guide/client, on the local stack."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from holdfast_client import (
    Api,
    Connect,
    Live,
    Refused,
    SignInRefused,
    Timing,
    Topic,
    Unreachable,
    calendar,
    open_socket,
)
from holdfast_client import appointment as topic_of
from infra.paths import ROOT
from infra.ports import free_port
from tests.app_client.member import Member
from tests.app_client.socket import FRAME_SECONDS
from tests.e2e.demo import PASSWORD, save_title
from tests.stack import Stack

AT = {"x": 0.25, "y": 0.75}
WATCH = ROOT / "docs" / "guide" / "client" / "watch.py"


@dataclass
class DroppableConnector:
    """Connects as the client does, and can drop its connections."""

    addresses: list[str] = field(default_factory=list)
    sockets: list[ClientConnection] = field(default_factory=list)

    async def connect(self, address: str) -> ClientConnection:
        self.addresses.append(address)
        self.sockets.append(await open_socket(address))
        return self.sockets[-1]

    def drops(self) -> None:
        """Drop the connection without a close frame."""
        self.sockets[-1].transport.abort()


@dataclass
class Follower:
    """A running client and its events."""

    live: Live
    events: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)

    async def expects(self, kind: str) -> Any:
        """Return the next event of this type, skipping others."""
        passed = []
        try:
            async with asyncio.timeout(FRAME_SECONDS):
                while (event := await self.events.get())["type"] != kind:
                    passed.append(event["type"])
        except TimeoutError:
            raise AssertionError(f"no {kind} within {FRAME_SECONDS:.0f} s, only {passed}") from None
        return event

    async def listens(self) -> None:
        async for event in self.live.events():
            self.events.put_nowait(event)


@asynccontextmanager
async def following(
    api: Api, *topics: Topic, timing: Timing | None = None, connect: Connect = open_socket
) -> AsyncIterator[Follower]:
    """Run a client until the end of the block."""
    follower = Follower(Live(api, topics, timing=timing, connect=connect))
    task = asyncio.create_task(follower.listens())
    try:
        yield follower
    finally:
        await follower.live.close()
        await task


@pytest.fixture
def api(stack: Stack) -> Api:
    """Return the client of Bob."""
    return Api(stack.origin, "bob@demo.test", PASSWORD)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


async def in_thread(act: Callable[..., Any], *what: Any) -> Any:
    """Run a blocking call in a thread."""
    return await asyncio.to_thread(act, *what)


def test_client_receives_events_of_other_members(api: Api, alice: Member, appointment: str) -> None:
    async def story() -> None:
        async with following(api, topic_of(appointment), calendar()) as bob:
            snapshot = await bob.expects("snapshot")
            assert (snapshot["appointmentId"], snapshot["lock"]) == (appointment, None)
            await bob.expects("calendar-subscribed")
            with alice.watches(appointment) as socket:
                arrival = await bob.expects("presence-update")
                lock = (await in_thread(alice.acquires, appointment))["lock"]
                acquired = await bob.expects("lock-acquired")
                saved = await in_thread(save_title, alice, appointment, "Seen by a program")
                updated = await bob.expects("appointment-updated")
                await in_thread(
                    lambda: socket.sends(
                        {"action": "cursor-position", "appointmentId": appointment, "position": AT}
                    )
                )
                pointer = await bob.expects("cursor-update")
            left = await bob.expects("presence-update")
        assert (arrival["state"], left["state"]) == ("viewing", "left")
        assert (acquired["version"], acquired["cause"]) == (lock["version"], "acquired")
        assert (updated["appointmentVersion"], updated["changed"]) == (saved["version"], ["title"])
        assert pointer["position"] == AT

    run(story())


def test_client_after_drop_reconnects_and_misses_nothing(api: Api, alice: Member, appointment: str) -> None:
    connector = DroppableConnector()

    async def story() -> None:
        async with following(api, topic_of(appointment), connect=connector.connect) as bob:
            await bob.expects("snapshot")
            connector.drops()
            lock = (await in_thread(alice.acquires, appointment))["lock"]
            snapshot = await bob.expects("snapshot")
            version = snapshot["version"]
            if version < lock["version"]:
                version = (await bob.expects("lock-acquired"))["version"]
            assert version == lock["version"]
            assert await bob.live.send({"action": "ping"})
        assert not await bob.live.send({"action": "ping"})

    run(story())
    assert len(set(connector.addresses)) == 2, "each with its own ticket"


def test_client_replaces_old_connection_before_closing_it(api: Api, appointment: str) -> None:
    connector = DroppableConnector()

    async def story() -> None:
        timing = Timing(renew=(1.0, 1.5), heartbeat=0.2)
        async with following(api, topic_of(appointment), timing=timing, connect=connector.connect) as bob:
            for _ in range(2):
                await bob.expects("snapshot")

    run(story())
    assert connector.sockets[0].close_code == 1000, "closed by the client, after several pings"


@dataclass
class Forger:
    """Connects with invalid tickets at first."""

    connector: DroppableConnector
    failures: list[str]

    async def connect(self, address: str) -> ClientConnection:
        base, _, _ticket = address.partition("?")
        return await self.connector.connect(f"{base}?{self.failures.pop()}" if self.failures else address)


def test_client_with_invalid_ticket_tries_again(api: Api, bob: Member, appointment: str) -> None:
    used = bob.ticket()
    with bob.opens_socket(used):
        forger = Forger(DroppableConnector(), ["ticket=forged", f"ticket={used}", ""])

        async def story() -> None:
            async with following(api, topic_of(appointment), connect=forger.connect) as follower:
                await follower.expects("snapshot")

        run(story())
    assert len(forger.connector.addresses) == 4
    assert len(forger.connector.sockets) == 1


def test_client_with_wrong_password_raises_at_once(stack: Stack) -> None:
    api = Api(stack.origin, "bob@demo.test", "guessed")

    async def story() -> None:
        async for _event in Live(api, [calendar()]).events():
            pytest.fail("no event may come")

    with pytest.raises(SignInRefused) as refusal:
        run(story())
    assert (refusal.value.status, refusal.value.code) == (401, "UNAUTHENTICATED")


def test_client_distinguishes_refused_from_unreachable(api: Api) -> None:
    with pytest.raises(Refused, match="404 NOT_FOUND"):
        api.request("GET", "/appointments/nowhere")
    with pytest.raises(Unreachable):
        Api(f"http://127.0.0.1:{free_port()}", "bob@demo.test", PASSWORD).sign_in()

    async def story() -> None:
        async with following(api, topic_of("nowhere")) as bob:
            assert (await bob.expects("error"))["code"] == "NOT_FOUND"

    run(story())


def test_program_prints_one_line_per_event(stack: Stack, alice: Member, appointment: str) -> None:
    with _watch(stack, appointment) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["type"] == "snapshot"
        version = alice.acquires(appointment)["lock"]["version"]
        acquired = json.loads(process.stdout.readline())
        process.terminate()
    assert (acquired["type"], acquired["version"]) == ("lock-acquired", version)


def test_program_with_wrong_password_exits(stack: Stack, appointment: str) -> None:
    with _watch(stack, appointment, password="guessed") as process:
        output, complaint = process.communicate(timeout=FRAME_SECONDS)
    assert (process.returncode, output) == (1, "")
    assert "UNAUTHENTICATED" in complaint
    assert "Traceback" not in complaint


def _watch(stack: Stack, watched: str, password: str = PASSWORD) -> "subprocess.Popen[str]":
    options = ["--url", stack.origin, "--email", "bob@demo.test", "--appointment", watched]
    return subprocess.Popen(
        [sys.executable, str(WATCH), *options],
        env={**os.environ, "HOLDFAST_PASSWORD": password},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
