"""Fifty watchers of one appointment, whose lock changes hands two hundred times while sockets are cut.

Each watcher runs the example client of docs/guide/client, so that it knows in the end what a page would show.
"""

import asyncio
import copy
import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from holdfast_client import Api, Live, Timing
from holdfast_client import appointment as topic_of
from tests.app_client.member import Member
from tests.e2e.demo import PASSWORD, save_title
from tests.figures import report_line
from tests.stack import Stack

WATCHERS, CYCLES = 50, 200
AT_ONCE, AHEAD = 5, 5
SEED = 4
SETTLE_SECONDS, LEAVE_SECONDS = 60.0, 0.2
SLOW_TIMING = Timing(connect=30.0)
# The lock's version, the appointment's version, and the holder.
Truth = tuple[int, int, str | None]
LOCK_FRAMES = {"lock-acquired", "lock-released", "lock-update"}


class RecordingConnection(ClientConnection):
    """A connection that records the versions of its lock frames, as received."""

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self.frames = 0
        self.versions: list[int] = []

    async def recv(self, decode: bool | None = None) -> Any:  # noqa: FBT001 - the library's signature
        text = await super().recv(decode)
        frame = json.loads(text)
        self.frames += 1
        if frame["type"] in LOCK_FRAMES:
            self.versions.append(frame["version"])
        return text


@dataclass
class Watcher:
    """A watcher with a bad network."""

    api: Api
    watched: str
    connections: list[RecordingConnection] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    appointment_versions: list[int] = field(default_factory=list)
    holder: str | None = None
    accepted: int = 0

    async def watches(self) -> None:
        """Receive events until cancelled."""
        async for event in Live(
            self.api, [topic_of(self.watched)], timing=SLOW_TIMING, connect=self._connect
        ).events():
            if event["type"] in LOCK_FRAMES or event["type"] == "snapshot":
                self._learns(event)
            if event["type"] in ("snapshot", "appointment-updated"):
                self.appointment_versions.append(event["appointmentVersion"])

    def drops(self, rng: random.Random) -> bool:
        """Drop the connection, half of the time without a close frame. Returns whether it was open."""
        if not self.connections or self.connections[-1].close_code is not None:
            return False
        if rng.random() < 0.5:
            self.connections[-1].transport.abort()
        else:
            self.connections[-1].transport.close()
        return True

    @property
    def knows(self) -> Truth:
        """The state that its page would show."""
        return max(self.versions, default=-1), max(self.appointment_versions, default=-1), self.holder

    def _learns(self, event: Any) -> None:
        self.versions.append(event["version"])
        self.holder = event["lock"]["userId"] if event["lock"] else None
        self.accepted += event["type"] in LOCK_FRAMES

    async def _connect(self, address: str) -> ClientConnection:
        connection = await connect(
            address, compression=None, ping_interval=None, close_timeout=1, create_connection=RecordingConnection
        )
        assert isinstance(connection, RecordingConnection)
        self.connections.append(connection)
        return connection


@pytest.fixture
def watchers(stack: Stack, appointment: str) -> list[Watcher]:
    """Watchers in about seventeen tabs of each of three members, a few below the limit."""
    members = [Api(stack.origin, f"{name}@demo.test", PASSWORD) for name in ("alice", "bob", "admin")]
    for member in members:
        member.sign_in()
    return [Watcher(_in_another_tab(members[number % len(members)]), appointment) for number in range(WATCHERS)]


def _in_another_tab(api: Api) -> Api:
    tab = copy.copy(api)
    tab.tab_id = uuid.uuid4().hex
    return tab


@dataclass
class LockUsers:
    """Members that change the lock, one step after another, at random."""

    staff: list[Member]
    admin: Member
    appointment: str
    rng: random.Random

    def cycle(self) -> int:
        """Acquire and release the lock; sometimes renew it, save under it, or take it over.

        Returns the version after the release.
        """
        holder = self.rng.choice(self.staff)
        lock = holder.acquires(self.appointment)["lock"]
        if self.rng.random() < 0.1:
            lock = holder.renews(self.appointment)["lock"]
        if self.rng.random() < 0.1:
            assert save_title(holder, self.appointment, f"Title {self.rng.random()}").status == 200
        if self.rng.random() < 0.1:
            lock = self.admin.takes_over(self.appointment, expectedVersion=lock["version"])["lock"]
            holder = self.admin
        released = holder.releases(self.appointment)
        assert released.status == 200, released
        return int(lock["version"]) + 1

    def truth(self) -> Truth:
        """Return the state that all watchers must reach."""
        status = self.admin.get(f"/appointments/{self.appointment}/lock-status")
        record = self.admin.get(f"/appointments/{self.appointment}")
        return status["version"], record["version"], status["lock"] and status["lock"]["userId"]


@asynccontextmanager
async def watching(watchers: list[Watcher], truth: Truth) -> AsyncIterator[None]:
    """Run all watchers inside the block.

    They connect a few at a time and leave one by one, since the emulator starts a process for each call that is
    made while others are running.
    """
    tasks = []
    try:
        for number in range(0, len(watchers), AT_ONCE):
            few = watchers[number : number + AT_ONCE]
            tasks += [asyncio.create_task(watcher.watches()) for watcher in few]
            await all_know(few, truth)
        yield
    finally:
        ended: list[BaseException | None] = []
        for task in tasks:
            task.cancel()
            ended += await asyncio.gather(task, return_exceptions=True)
            await asyncio.sleep(LEAVE_SECONDS)
    assert [end for end in ended if isinstance(end, Exception)] == []


async def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not is_so() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


async def all_know(watchers: list[Watcher], truth: Truth) -> None:
    await until(lambda: all(watcher.knows == truth for watcher in watchers))
    assert {watcher.knows for watcher in watchers} == {truth}


async def storm(users: LockUsers, watchers: list[Watcher], rng: random.Random) -> int:
    """Change the lock while cutting connections, a little ahead of the watchers. Returns how many were cut."""
    cut = 0
    ends = []
    for cycle in range(CYCLES):
        struck = AT_ONCE if cycle % 40 == 20 else rng.random() < 0.25
        cut += sum(watcher.drops(rng) for watcher in rng.sample(watchers, struck))
        ends.append(await asyncio.to_thread(users.cycle))
        if cycle >= AHEAD:
            await until(lambda: most_know(watchers, ends[-AHEAD]))
    cut += sum(watcher.drops(rng) for watcher in rng.sample(watchers, AT_ONCE))
    await asyncio.to_thread(users.staff[0].acquires, users.appointment)
    return cut


def most_know(watchers: list[Watcher], version: int) -> bool:
    """Whether more than half of the watchers have this version of the lock."""
    return sum(watcher.knows[0] >= version for watcher in watchers) > len(watchers) / 2


def test_watchers_with_cut_sockets_reach_the_true_state(
    watchers: list[Watcher], alice: Member, bob: Member, admin: Member, appointment: str
) -> None:
    users = LockUsers([alice, bob], admin, appointment, random.Random(SEED))  # noqa: S311 - no secret

    async def story() -> tuple[int, float, float]:
        async with watching(watchers, users.truth()):
            began = time.monotonic()
            cut = await storm(users, watchers, random.Random(SEED + 1))  # noqa: S311
            worked = time.monotonic()
            await all_know(watchers, await asyncio.to_thread(users.truth))
            return cut, worked - began, time.monotonic() - worked

    cut, seconds, settled = asyncio.run(story())

    for watcher in watchers:
        for seen in (
            watcher.versions,
            watcher.appointment_versions,
            *(connection.versions for connection in watcher.connections),
        ):
            assert all(before <= after for before, after in pairwise(seen)), seen
    connections = [connection for watcher in watchers for connection in watcher.connections]
    received = sum(len(connection.versions) for connection in connections)
    known = received - sum(watcher.accepted for watcher in watchers)
    frames = sum(connection.frames for connection in connections)
    counts = {
        "frames": f"{frames} frames received, {received} of them lock frames",
        "drops": f"{cut} connections cut, {len(connections) - len(watchers)} reconnected",
        "known": f"{known} lock frames repeated a snapshot",
        "time": f"{CYCLES} cycles in {seconds:.0f} s, the last change seen by all {settled:.2f} s later",
    }
    for counted, line in counts.items():
        report_line(f"{WATCHERS} watchers in a storm", counted, line)
