"""The queue over which a big audience is told, in groups that stay the same."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from chalicelib.core.events import sqs
from chalicelib.core.settings import settings

# A connection is always in the same one, and SQS keeps the order within it.
GROUP_COUNT = 16
# What SQS took in one message, and in one call, in all its years; today it may be more.
MAX_MESSAGE_BYTES = 256 * 1024
_MAX_BATCH_ENTRIES = 10
# Of so many parts each has one connection, or none: what does not fit then does not fit at all.
_MAX_PARTS = 2**16


class EnqueueFailed(Exception):
    """The queue did not take all messages. To send them again is harmless: it drops those that it has."""


@dataclass(frozen=True, slots=True)
class FanoutMessage:
    """A frame for a part of an audience: `text` goes to each connection of `to` but those with their `own`."""

    text: str
    overrides: dict[str, str]
    connection_ids: list[str]

    @classmethod
    def from_body(cls, body: str) -> "FanoutMessage":
        """The message of this body."""
        told = json.loads(body)
        return cls(told["text"], told["own"], told["to"])

    @property
    def body(self) -> str:
        """The message as JSON, all of it ASCII."""
        told = {"text": self.text, "own": self.overrides, "to": self.connection_ids}
        return json.dumps(told, separators=(",", ":"))

    @property
    def texts(self) -> dict[str, bytes]:
        """What each connection is to be sent."""
        return {each: self.overrides.get(each, self.text).encode() for each in self.connection_ids}


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A message's body, the line in which it waits for its turn, and the name by which a repeat of it is known."""

    body: str
    message_group_id: str
    deduplication_id: str


class FanoutQueue(Protocol):
    """Keeps the order of each line, and drops what it was given before."""

    def send(self, entries: Sequence[QueueEntry]) -> None:
        """Send messages, those of one line in this order.

        Raises:
            Unqueued: it did not take all of them.
        """


class SqsFanoutQueue:
    """A FIFO queue of SQS."""

    def __init__(self, url: str, client: Any = None) -> None:  # noqa: ANN401 - botocore's, without a static type
        self._url = url
        self._client = client or sqs.client()

    def send(self, entries: Sequence[QueueEntry]) -> None:
        """See `FanoutQueue`."""
        for batch in batch_entries(entries):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {
                        "Id": str(number),
                        "MessageBody": entry.body,
                        "MessageGroupId": entry.message_group_id,
                        "MessageDeduplicationId": entry.deduplication_id,
                    }
                    for number, entry in enumerate(batch)
                ],
            )
            if failed := answer.get("Failed"):
                codes = sorted({failure["Code"] for failure in failed})
                raise EnqueueFailed(f"{len(failed)} of {len(batch)} messages: {', '.join(codes)}")


@cache
def fanout_queue() -> FanoutQueue:
    """The queue of this process; its address comes from `FANOUT_QUEUE_URL`."""
    return SqsFanoutQueue(settings().fanout_queue_url)


def group_of(connection_id: str) -> int:
    """The group of a connection."""
    return zlib.crc32(connection_id.encode()) % GROUP_COUNT


def queue_entries(topic: str, name: str, common: bytes, texts: Mapping[str, bytes]) -> list[QueueEntry]:
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
        QueueEntry(message.body, f"{digest}-{group}", f"{name}-{group}{part}")
        for group, members in sorted(groups.items())
        for part, message in _split_messages(members, common, texts)
    ]


def batch_entries(entries: Sequence[QueueEntry]) -> Iterator[list[QueueEntry]]:
    """As few calls as SQS allows, in order."""
    batch: list[QueueEntry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == _MAX_BATCH_ENTRIES or size + len(entry.body) > MAX_MESSAGE_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += len(entry.body)
    if batch:
        yield batch


def _split_messages(
    members: Sequence[str], common: bytes, texts: Mapping[str, bytes]
) -> list[tuple[str, FanoutMessage]]:
    """One message or, where that is too long, two, four and so on, each with the suffix of its name.

    A connection's part depends on nothing but their number. So when a frame is sent again to an audience that has
    changed since, and a part that the queue has is dropped, nobody of that part is left out.
    """
    count = 1
    while count <= _MAX_PARTS:
        parts: dict[int, list[str]] = {}
        for each in members:
            parts.setdefault(zlib.crc32(each.encode()) // GROUP_COUNT % count, []).append(each)
        messages = [
            ("" if count == 1 else f"-{part}of{count}", _to_message(those, common, texts))
            for part, those in sorted(parts.items())
        ]
        if all(len(message.body) <= MAX_MESSAGE_BYTES for _, message in messages):
            return messages
        count *= 2
    raise ValueError("a frame is too long for the queue")


def _to_message(to: list[str], common: bytes, texts: Mapping[str, bytes]) -> FanoutMessage:
    own = {each: texts[each].decode() for each in to if texts[each] != common}
    return FanoutMessage(common.decode(), own, to)
