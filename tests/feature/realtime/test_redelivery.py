"""The stream comes as streams do: again, in other batches, shard beside shard, over a way that fails at times."""

from collections.abc import Iterator
from random import Random
from typing import Any
from zlib import crc32

import pytest

from tests.app_client.follower import LOCK_FRAMES, Follower, KnownState
from tests.app_client.management_api import MANAGEMENT_API
from tests.app_client.practice import Member, Practice
from tests.app_client.stream import Stream
from tests.fake_management_api.server import Reaction, accept_all

pytestmark = pytest.mark.slow

ACTS = 25
Record = dict[str, Any]


class Shards:
    """The stream as Lambda reads it: each key's records in order on one shard, shards side by side, batches of any
    size, from the first failure again, now and then all of it again; what never succeeds is set aside.
    """

    def __init__(self, stream: Stream, dice: Random, count: int = 2) -> None:
        self._stream = stream
        self._dice = dice
        self._count = count
        self._seen = 0
        self._waiting: dict[int, list[Record]] = {number: [] for number in range(count)}
        self._tries: dict[str, int] = {}
        self.set_aside: list[Record] = []

    def arrive(self, *, spoil: bool) -> None:
        """Take in what the table has written; `spoil` adds a record that nobody can read."""
        for record in self._stream.records()[self._seen :]:
            self._seen += 1
            shard = self._waiting[crc32(record["dynamodb"]["Keys"]["pk"]["S"].encode()) % self._count]
            if spoil and self._dice.random() < 0.2:
                shard.append(_spoilt(record))
            shard.append(record)

    def read(self) -> bool:
        """Deliver one batch of one shard; whether there was any."""
        busy = [shard for shard in self._waiting.values() if shard]
        if not busy:
            return False
        shard = self._dice.choice(busy)
        batch = shard[: self._dice.randint(1, 12)]
        failed = {failure["itemIdentifier"] for failure in self._stream.deliver(batch)}
        if self._dice.random() < 0.1:  # the answer is lost: all of it comes again
            return True
        done = next((n for n, record in enumerate(batch) if _number(record) in failed), len(batch))
        del shard[:done]
        if done < len(batch):
            first = shard[0]
            self._tries[_number(first)] = self._tries.get(_number(first), 0) + 1
            if self._tries[_number(first)] > 5:
                self.set_aside.append(shard.pop(0))
        return True


def _number(record: Record) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def _spoilt(record: Record) -> Record:
    rubbish = {"NewImage": {"pk": {"N": "1"}}, "SequenceNumber": f"bad{_number(record)}"}
    return {**record, "dynamodb": {**record["dynamodb"], **rubbish}}


class Weather:
    """Every so many requests are throttled, or their socket is cut."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice

    def __call__(self, method: str, connection_id: str) -> Reaction:
        del method, connection_id
        moods: list[Reaction] = [200, 429, 500, "reset"]
        return self._dice.choices(moods, [90, 5, 3, 2])[0]


@pytest.fixture
def bad_weather() -> Iterator[Random]:
    """The way to connections fails now and then; a seed's dice."""
    dice = Random(7)  # noqa: S311 - the same each time
    MANAGEMENT_API.behaviour = Weather(dice)
    yield dice
    MANAGEMENT_API.behaviour = accept_all


def act(dice: Random, members: list[Member], appointments: list[str]) -> None:
    """Somebody does something, whether it works or not."""
    member, appointment = dice.choice(members), dice.choice(appointments)
    match dice.choice(["acquire", "acquire", "renew", "release", "release", "save", "ask", "grant"]):
        case "acquire":
            member.acquires(appointment)
        case "renew":
            member.renews(appointment)
        case "release":
            member.releases(appointment)
        case "save":
            version = member.get(f"/appointments/{appointment}")["version"]
            member.saves(appointment, version, title=f"Visit {dice.random()}")
        case "ask":
            member.asks_for_control(appointment)
        case "grant":
            member.grants(appointment)


def live_through(dice: Random, members: list[Member], followers: list[Follower], shards: Shards) -> None:
    """Some time in the life of a practice; at its end all that happened has been read."""
    for _ in range(ACTS):
        act(dice, members, followers[0].appointments)
        if dice.random() < 0.3:
            shards.arrive(spoil=True)
            shards.read()
        if dice.random() < 0.1:
            dice.choice(followers).disconnects()
        come_back(followers, dice, 0.3)
    while shards.read():
        shards.arrive(spoil=False)


def come_back(followers: list[Follower], dice: Random, chance: float) -> None:
    """So many of those that were cut off come back."""
    for follower in followers:
        follower.receives()
        if follower.is_disconnected and dice.random() < chance:
            follower.connects()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_the_stream_does_everybody_ends_in_the_true_state(
    practice: Practice, alice: Member, bob: Member, stream: Stream, bad_weather: Random, seed: int
) -> None:
    bad_weather.seed(seed)
    appointments = [practice.creates_appointment() for _ in range(2)]
    shards = Shards(stream, bad_weather)
    followers = [Follower(member.in_another_tab(), appointments) for member in (alice, bob)]
    come_back(followers, bad_weather, 1)

    live_through(bad_weather, [alice, bob], followers, shards)
    MANAGEMENT_API.behaviour = accept_all
    come_back(followers, bad_weather, 1)

    truth = {appointment: true_state(alice, appointment) for appointment in appointments}
    assert [follower.known for follower in followers] == [truth] * len(followers)
    assert all(_number(record).startswith("bad") for record in shards.set_aside)
    told = {
        (str(frame["version"]), frame["cause"])
        for follower in followers
        for frame in follower.received
        if frame["type"] in LOCK_FRAMES
    }
    assert told
    assert told <= happened(stream), "nothing is announced that did not happen"


def true_state(member: Member, appointment: str) -> KnownState:
    """What everybody should know of an appointment."""
    status = member.status(appointment)
    holder = status["lock"]["userId"] if status["lock"] else None
    return KnownState(status["version"], holder, member.get(f"/appointments/{appointment}")["version"])


def happened(stream: Stream) -> set[tuple[str, str]]:
    """The versions of all locks, and what made them."""
    images = (record["dynamodb"].get("NewImage") for record in stream.locks())
    return {(image["version"]["N"], image["cause"]["S"]) for image in images if image}
