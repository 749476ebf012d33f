"""The queue over which a big audience is told, in groups that stay the same."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from chalicelib.core import sqs
from chalicelib.core.settings import settings

# A connection is always in the same one, and SQS keeps the order within it.
GROUPS = 16
# What SQS took in one message, and in one call, in all its years; today it may be more.
MOST_BYTES = 256 * 1024
_MOST_ENTRIES = 10
# Of so many parts each has one connection, or none: what does not fit then does not fit at all.
_MOST_PARTS = 2**16


class Unqueued(Exception):
    """The queue did not take all messages. To send them again is harmless: it drops those that it has."""


@dataclass(frozen=True, slots=True)
class Message:
    """A frame for a part of an audience: `text` goes to each connection of `to` but those with their `own`."""

    text: str
    own: dict[str, str]
    to: list[str]

    @classmethod
    def of(cls, body: str) -> "Message":
        """The message of this body."""
        told = json.loads(body)
        return cls(told["text"], told["own"], told["to"])

    @property
    def body(self) -> str:
        """The message as JSON, all of it ASCII."""
        told = {"text": self.text, "own": self.own, "to": self.to}
        return json.dumps(told, separators=(",", ":"))

    @property
    def texts(self) -> dict[str, bytes]:
        """What each connection is to be sent."""
        return {each: self.own.get(each, self.text).encode() for each in self.to}


@dataclass(frozen=True, slots=True)
class Entry:
    """A message's body, the line in which it waits for its turn, and the name by which a repeat of it is known."""

    body: str
    line: str
    name: str


class FanoutQueue(Protocol):
    """Keeps the order of each line, and drops what it was given before."""

    def send(self, entries: Sequence[Entry]) -> None:
        """Send messages, those of one line in this order.

        Raises:
            Unqueued: it did not take all of them.
        """


class SqsFanoutQueue:
    """A FIFO queue of SQS."""

    def __init__(self, url: str, client: Any = None) -> None:  # noqa: ANN401 - botocore's, without a static type
        self._url = url
        self._client = client or sqs.client()

    def send(self, entries: Sequence[Entry]) -> None:
        """See `FanoutQueue`."""
        for batch in batches(entries):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {
                        "Id": str(number),
                        "MessageBody": entry.body,
                        "MessageGroupId": entry.line,
                        "MessageDeduplicationId": entry.name,
                    }
                    for number, entry in enumerate(batch)
                ],
            )
            if failed := answer.get("Failed"):
                codes = sorted({failure["Code"] for failure in failed})
                raise Unqueued(f"{len(failed)} of {len(batch)} messages: {', '.join(codes)}")


@cache
def fanout_queue() -> FanoutQueue:
    """The queue of this process; its address comes from `FANOUT_QUEUE_URL`."""
    return SqsFanoutQueue(settings().fanout_queue_url)


def group_of(connection_id: str) -> int:
    """The group of a connection."""
    return zlib.crc32(connection_id.encode()) % GROUPS


def entries_of(topic: str, name: str, common: bytes, texts: Mapping[str, bytes]) -> list[Entry]:
    """The messages that bring each connection its text, which is `common` to most.

    Those of one topic that have a connection in common are in one line. `name` is the same whenever this frame is
    sent, and different for every other.

    Raises:
        ValueError: a frame is too long for any message.
    """
    groups: dict[int, list[str]] = {}
    for connection_id in texts:
        groups.setdefault(group_of(connection_id), []).append(connection_id)
    digest = hashlib.sha256(topic.encode()).hexdigest()[:32]
    return [
        Entry(message.body, f"{digest}-{group}", f"{name}-{group}{part}")
        for group, members in sorted(groups.items())
        for part, message in _messages(members, common, texts)
    ]


def batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """As few calls as SQS allows, in order."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == _MOST_ENTRIES or size + len(entry.body) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += len(entry.body)
    if batch:
        yield batch


def _messages(members: Sequence[str], common: bytes, texts: Mapping[str, bytes]) -> list[tuple[str, Message]]:
    """One message or, where that is too long, two, four and so on, each with the suffix of its name.

    A connection's part depends on nothing but their number. So when a frame is sent again to an audience that has
    changed since, and a part that the queue has is dropped, nobody of that part is left out.
    """
    count = 1
    while count <= _MOST_PARTS:
        parts: dict[int, list[str]] = {}
        for each in members:
            parts.setdefault(zlib.crc32(each.encode()) // GROUPS % count, []).append(each)
        messages = [
            ("" if count == 1 else f"-{part}of{count}", _message(those, common, texts))
            for part, those in sorted(parts.items())
        ]
        if all(len(message.body) <= MOST_BYTES for _, message in messages):
            return messages
        count *= 2
    raise ValueError("a frame is too long for the queue")


def _message(to: list[str], common: bytes, texts: Mapping[str, bytes]) -> Message:
    own = {each: texts[each].decode() for each in to if texts[each] != common}
    return Message(common.decode(), own, to)
