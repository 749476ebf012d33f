"""Fifty watchers of one appointment while its lock changes hands two hundred times and sockets are cut.

Each watcher is the example client of docs/guide/client: what it knows in the end is what a page would show.
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
PATIENT = Timing(connect=30.0)
# The lock's version, the appointment's, and who has the lock.
Truth = tuple[int, int, str | None]
LOCK_FRAMES = {"lock-acquired", "lock-released", "lock-update"}


class Heard(ClientConnection):
    """A connection that remembers the versions of the lock frames on it, before any rule."""

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
    """Somebody who looks on, and whose network is bad."""

    api: Api
    watched: str
    lines: list[Heard] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    appointment_versions: list[int] = field(default_factory=list)
    holder: str | None = None
    accepted: int = 0

    async def watches(self) -> None:
        """Until cancelled."""
        async for event in Live(
            self.api, [topic_of(self.watched)], timing=PATIENT, connect=self._connect
        ).events():
            if event["type"] in LOCK_FRAMES or event["type"] == "snapshot":
                self._learns(event)
            if event["type"] in ("snapshot", "appointment-updated"):
                self.appointment_versions.append(event["appointmentVersion"])

    def drops(self, dice: random.Random) -> bool:
        """Lose the connection, at most once; half of the time without a word."""
        if not self.lines or self.lines[-1].close_code is not None:
            return False
        if dice.random() < 0.5:
            self.lines[-1].transport.abort()
        else:
            self.lines[-1].transport.close()
        return True

    @property
    def knows(self) -> Truth:
        """What its page would show."""
        return max(self.versions, default=-1), max(self.appointment_versions, default=-1), self.holder

    def _learns(self, event: Any) -> None:
        self.versions.append(event["version"])
        self.holder = event["lock"]["userId"] if event["lock"] else None
        self.accepted += event["type"] in LOCK_FRAMES

    async def _connect(self, address: str) -> ClientConnection:
        line = await connect(
            address, compression=None, ping_interval=None, close_timeout=1, create_connection=Heard
        )
        assert isinstance(line, Heard)
        self.lines.append(line)
        return line


@pytest.fixture
def watchers(stack: Stack, appointment: str) -> list[Watcher]:
    """Three members with seventeen tabs each, or nearly: three fewer than the most that one may have."""
    members = [Api(stack.origin, f"{name}@demo.test", PASSWORD) for name in ("alice", "bob", "admin")]
    for member in members:
        member.sign_in()
    return [Watcher(_in_another_tab(members[number % len(members)]), appointment) for number in range(WATCHERS)]


def _in_another_tab(api: Api) -> Api:
    tab = copy.copy(api)
    tab.tab_id = uuid.uuid4().hex
    return tab


@dataclass
class Office:
    """Those who change the lock, one step after another, as the dice have it."""

    staff: list[Member]
    admin: Member
    appointment: str
    dice: random.Random

    def cycle(self) -> int:
        """One holds the lock for a while; somewhere in between it may be renewed, used to save, or taken.

        Answers the version with which it ended.
        """
        holder = self.dice.choice(self.staff)
        lock = holder.acquires(self.appointment)["lock"]
        if self.dice.random() < 0.1:
            lock = holder.renews(self.appointment)["lock"]
        if self.dice.random() < 0.1:
            assert save_title(holder, self.appointment, f"Title {self.dice.random()}").status == 200
        if self.dice.random() < 0.1:
            lock = self.admin.takes_over(self.appointment, expectedVersion=lock["version"])["lock"]
            holder = self.admin
        released = holder.releases(self.appointment)
        assert released.status == 200, released
        return int(lock["version"]) + 1

    def truth(self) -> Truth:
        """What everybody is to know."""
        status = self.admin.get(f"/appointments/{self.appointment}/lock-status")
        record = self.admin.get(f"/appointments/{self.appointment}")
        return status["version"], record["version"], status["lock"] and status["lock"]["userId"]


@asynccontextmanager
async def watching(watchers: list[Watcher], truth: Truth) -> AsyncIterator[None]:
    """All of them. They come a few at a time and leave one by one, because the emulator starts a process for each
    call that is made while others are under way.
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


async def storm(office: Office, watchers: list[Watcher], dice: random.Random) -> int:
    """How many connections were cut. Those who change the lock look at it too: they run ahead by a little only."""
    cut = 0
    ends = []
    for cycle in range(CYCLES):
        struck = AT_ONCE if cycle % 40 == 20 else dice.random() < 0.25
        cut += sum(watcher.drops(dice) for watcher in dice.sample(watchers, struck))
        ends.append(await asyncio.to_thread(office.cycle))
        if cycle >= AHEAD:
            await until(lambda: most_know(watchers, ends[-AHEAD]))
    cut += sum(watcher.drops(dice) for watcher in dice.sample(watchers, AT_ONCE))
    await asyncio.to_thread(office.staff[0].acquires, office.appointment)
    return cut


def most_know(watchers: list[Watcher], version: int) -> bool:
    """Whether more than half have heard of this version of the lock."""
    return sum(watcher.knows[0] >= version for watcher in watchers) > len(watchers) / 2


def test_fifty_watchers_end_in_the_true_state_whatever_happens_to_their_sockets(
    watchers: list[Watcher], alice: Member, bob: Member, admin: Member, appointment: str
) -> None:
    office = Office([alice, bob], admin, appointment, random.Random(SEED))  # noqa: S311 - a test's dice

    async def story() -> tuple[int, float, float]:
        async with watching(watchers, office.truth()):
            began = time.monotonic()
            cut = await storm(office, watchers, random.Random(SEED + 1))  # noqa: S311
            worked = time.monotonic()
            await all_know(watchers, await asyncio.to_thread(office.truth))
            return cut, worked - began, time.monotonic() - worked

    cut, seconds, settled = asyncio.run(story())

    for watcher in watchers:
        for seen in (watcher.versions, watcher.appointment_versions, *(line.versions for line in watcher.lines)):
            assert all(before <= after for before, after in pairwise(seen)), seen
    lines = [line for watcher in watchers for line in watcher.lines]
    told = sum(len(line.versions) for line in lines)
    known = told - sum(watcher.accepted for watcher in watchers)
    figures = {
        "frames": f"{sum(line.frames for line in lines)} frames seen, {told} of them of the lock",
        "drops": f"{cut} connections cut, {len(lines) - len(watchers)} made again",
        "known": f"{known} of these told what a snapshot had told before",
        "time": f"{CYCLES} cycles in {seconds:.0f} s, the last news known to all {settled:.2f} s after it",
    }
    for counted, line in figures.items():
        report_line(f"{WATCHERS} watchers in a storm", counted, line)
