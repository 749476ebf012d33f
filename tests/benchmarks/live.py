"""The delay from a write to its frame in other browsers, over the local stack. `make bench`.

Starts a stack of its own. Each round Alice gets the lock and releases it, and the next begins when all know. The
clock runs from her request's start to the frame in a watcher's socket, so the write itself is in it.
"""

import asyncio
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from tests.app_client.member import Member
from tests.app_client.socket import FRAME_SECONDS
from tests.e2e.demo import create_appointment, sign_in
from tests.stack import Stack, running

WATCHERS = (1, 10, 50)
ROUNDS = 60
WARM_UP = 5
# The emulator starts a process for each disconnect at the same time as others, and is busy for a minute then.
LEAVE_SECONDS = 0.2
Row = tuple[int, list[float], list[float], list[float]]


@dataclass
class Arrivals:
    """The times at which watchers received each version of the lock, in seconds."""

    watchers: int
    at: dict[int, list[float]] = field(default_factory=dict)
    received: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, version: int) -> None:
        """Record that another watcher has this version now."""
        self.at.setdefault(version, []).append(time.perf_counter())
        self.received.set()

    async def of(self, version: int) -> list[float]:
        """Wait until all watchers have this version, and return the times."""
        async with asyncio.timeout(FRAME_SECONDS):
            while len(self.at.get(version, ())) < self.watchers:
                self.received.clear()
                await self.received.wait()
        return self.at[version]


def main() -> None:
    """Print the median and the 95th percentile of each, in milliseconds."""
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as stack:
        people = [sign_in(stack, f"{name}@demo.test") for name in ("alice", "bob", "admin")]
        _report([asyncio.run(_measure(stack, people, watchers)) for watchers in WATCHERS])


async def _measure(stack: Stack, people: list[Member], watchers: int) -> Row:
    alice = people[0]
    appointment = create_appointment(alice)
    arrivals = Arrivals(watchers)
    written, last, seen = list[float](), list[float](), list[list[float]]()
    async with AsyncExitStack() as sockets:
        for number in range(watchers):
            person = replace(people[number % len(people)], tab_id=uuid.uuid4().hex)
            await sockets.enter_async_context(_watching(stack, person, appointment, arrivals))
        for _ in range(WARM_UP + ROUNDS):
            started = time.perf_counter()
            lock = (await asyncio.to_thread(alice.acquires, appointment))["lock"]
            written.append(time.perf_counter() - started)
            at = [moment - started for moment in await arrivals.of(lock["version"])]
            seen.append(at)
            last.append(max(at))
            await asyncio.to_thread(alice.releases, appointment)
            await arrivals.of(lock["version"] + 1)
    return watchers, written[WARM_UP:], [each for at in seen[WARM_UP:] for each in at], last[WARM_UP:]


@asynccontextmanager
async def _watching(stack: Stack, person: Member, appointment: str, arrivals: Arrivals) -> AsyncIterator[None]:
    ticket = await asyncio.to_thread(person.ticket)
    async with connect(f"{stack.websocket}?ticket={ticket}", compression=None) as socket:
        await socket.send(json.dumps({"action": "subscribe", "appointmentId": appointment}))
        while json.loads(await socket.recv())["type"] != "snapshot":
            pass
        listening = asyncio.create_task(_listen(socket, arrivals))
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await asyncio.sleep(LEAVE_SECONDS)


async def _listen(socket: ClientConnection, arrivals: Arrivals) -> None:
    async for text in socket:
        frame = json.loads(text)
        if frame["type"] in ("lock-acquired", "lock-released"):
            arrivals.note(frame["version"])


def _report(rows: list[Row]) -> None:
    print(f"ms, p50 / p95 of {ROUNDS} locks")
    print(f"{'watchers':>8} {'write answered':>16} {'write to frame':>16} {'to the last frame':>18}")
    for watchers, *measured in rows:
        written, seen, last = map(_percentiles, measured)
        print(f"{watchers:>8} {written:>16} {seen:>16} {last:>18}")


def _percentiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=20)
    return f"{cuts[9] * 1000:.0f} / {cuts[18] * 1000:.0f}"


if __name__ == "__main__":
    main()
