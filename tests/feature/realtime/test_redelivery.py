"""Redelivery by the stream: repeated records, other batches, parallel shards, a failing management API."""

from collections.abc import Iterator
from random import Random
from typing import Any
from zlib import crc32

import pytest

from tests.app_client.follower import LOCK_FRAMES, Follower, KnownState
from tests.app_client.management_api import MANAGEMENT_API
from tests.app_client.member import Member
from tests.app_client.practice import Practice
from tests.app_client.stream import Stream
from tests.fake_management_api.server import Reaction, accept_all

pytestmark = pytest.mark.slow

ACTS = 25
Record = dict[str, Any]


class Shards:
    """The stream as Lambda reads it.

    Records of a key are in order on one shard; shards run side by side, in batches of any size. A batch is read
    again from its first failure, sometimes as a whole; a record that never succeeds becomes a dead letter.
    """

    def __init__(self, stream: Stream, chance: Random, count: int = 2) -> None:
        self._stream = stream
        self._dice = chance
        self._count = count
        self._seen = 0
        self._waiting: dict[int, list[Record]] = {number: [] for number in range(count)}
        self._tries: dict[str, int] = {}
        self.dead_letters: list[Record] = []

    def arrive(self, *, poison: bool) -> None:
        """Take in the new records; `poison` adds records that cannot be parsed."""
        for record in self._stream.records()[self._seen :]:
            self._seen += 1
            shard = self._waiting[crc32(record["dynamodb"]["Keys"]["pk"]["S"].encode()) % self._count]
            if poison and self._dice.random() < 0.2:
                shard.append(_poisoned(record))
            shard.append(record)

    def read(self) -> bool:
        """Deliver one batch of one shard. Returns False if there is none."""
        busy = [shard for shard in self._waiting.values() if shard]
        if not busy:
            return False
        shard = self._dice.choice(busy)
        batch = shard[: self._dice.randint(1, 12)]
        failed = {failure["itemIdentifier"] for failure in self._stream.deliver(batch)}
        if self._dice.random() < 0.1:  # the response is lost: the whole batch is redelivered
            return True
        done = next((n for n, record in enumerate(batch) if _number(record) in failed), len(batch))
        del shard[:done]
        if done < len(batch):
            first = shard[0]
            self._tries[_number(first)] = self._tries.get(_number(first), 0) + 1
            if self._tries[_number(first)] > 5:
                self.dead_letters.append(shard.pop(0))
        return True


def _number(record: Record) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def _poisoned(record: Record) -> Record:
    poison = {"NewImage": {"pk": {"N": "1"}}, "SequenceNumber": f"bad{_number(record)}"}
    return {**record, "dynamodb": {**record["dynamodb"], **poison}}


class RandomFailures:
    """Throttles, fails or resets some requests."""

    def __init__(self, chance: Random) -> None:
        self._dice = chance

    def __call__(self, method: str, connection_id: str) -> Reaction:
        del method, connection_id
        reactions: list[Reaction] = [200, 429, 500, "reset"]
        return self._dice.choices(reactions, [90, 5, 3, 2])[0]


@pytest.fixture
def failing_api() -> Iterator[Random]:
    """Yield a management API that fails now and then, with its seeded chance."""
    chance = Random(7)  # noqa: S311 - seeded
    MANAGEMENT_API.behaviour = RandomFailures(chance)
    yield chance
    MANAGEMENT_API.behaviour = accept_all


def act(chance: Random, members: list[Member], appointments: list[str]) -> None:
    """Make one random request of a member; it may be refused."""
    member, appointment = chance.choice(members), chance.choice(appointments)
    match chance.choice(["acquire", "acquire", "renew", "release", "release", "save", "ask", "grant"]):
        case "acquire":
            member.acquires(appointment)
        case "renew":
            member.renews(appointment)
        case "release":
            member.releases(appointment)
        case "save":
            version = member.get(f"/appointments/{appointment}")["version"]
            member.saves(appointment, version, title=f"Visit {chance.random()}")
        case "ask":
            member.requests_control(appointment)
        case "grant":
            member.grants(appointment)


def run_day(chance: Random, members: list[Member], followers: list[Follower], shards: Shards) -> None:
    """Make random requests, and read the stream to its end."""
    for _ in range(ACTS):
        act(chance, members, followers[0].appointments)
        if chance.random() < 0.3:
            shards.arrive(poison=True)
            shards.read()
        if chance.random() < 0.1:
            chance.choice(followers).disconnects()
        reconnect_some(followers, chance, 0.3)
    while shards.read():
        shards.arrive(poison=False)


def reconnect_some(followers: list[Follower], chance: Random, share: float) -> None:
    """Reconnect disconnected followers by chance."""
    for follower in followers:
        follower.receives()
        if follower.is_disconnected and chance.random() < share:
            follower.connects()


@pytest.mark.parametrize("seed", range(2))
def test_followers_converge_whatever_the_stream_redelivers(
    practice: Practice, alice: Member, bob: Member, stream: Stream, failing_api: Random, seed: int
) -> None:
    failing_api.seed(seed)
    appointments = [practice.creates_appointment() for _ in range(2)]
    shards = Shards(stream, failing_api)
    followers = [Follower(member.in_another_tab(), appointments) for member in (alice, bob)]
    reconnect_some(followers, failing_api, 1)

    run_day(failing_api, [alice, bob], followers, shards)
    MANAGEMENT_API.behaviour = accept_all
    reconnect_some(followers, failing_api, 1)

    truth = {appointment: expected_state(alice, appointment) for appointment in appointments}
    assert [follower.known for follower in followers] == [truth] * len(followers)
    assert all(_number(record).startswith("bad") for record in shards.dead_letters)
    announced = {
        (str(frame["version"]), frame["cause"])
        for follower in followers
        for frame in follower.received
        if frame["type"] in LOCK_FRAMES
    }
    assert announced
    assert announced <= versions_written(stream), "nothing is announced that did not happen"


def expected_state(member: Member, appointment: str) -> KnownState:
    """Return the state that every follower must have."""
    status = member.status(appointment)
    holder = status["lock"]["userId"] if status["lock"] else None
    return KnownState(status["version"], holder, member.get(f"/appointments/{appointment}")["version"])


def versions_written(stream: Stream) -> set[tuple[str, str]]:
    """Return the version and cause of every change of a lock."""
    images = (record["dynamodb"].get("NewImage") for record in stream.locks())
    return {(image["version"]["N"], image["cause"]["S"]) for image in images if image}
