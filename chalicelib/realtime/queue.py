"""The FIFO queue to large audiences: messages for groups of connections."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from chalicelib.core.events import sqs
from chalicelib.core.settings import settings

# A connection is always in the same group, and SQS keeps the order within a group.
GROUP_COUNT = 16
# The limit of SQS for one message and one call. Newer accounts may send more.
MAX_MESSAGE_BYTES = 256 * 1024
_MAX_BATCH_ENTRIES = 10
# In so many parts each has one connection or none: a frame that is still too long fits in no message.
_MAX_PARTS = 2**16


class EnqueueFailed(Exception):
    """The queue did not accept all messages.

    Sending them again is harmless: it drops duplicates.
    """


@dataclass(frozen=True, slots=True)
class FanoutMessage:
    """A frame for a part of an audience.

    `text` goes to each connection without an entry in `overrides`.
    """

    text: str
    overrides: dict[str, str]
    connection_ids: list[str]

    @classmethod
    def from_body(cls, body: str) -> "FanoutMessage":
        """Parse the body of a message."""
        fields = json.loads(body)
        return cls(fields["text"], fields["own"], fields["to"])

    @property
    def body(self) -> str:
        """The message as JSON, all of it ASCII."""
        fields = {"text": self.text, "own": self.overrides, "to": self.connection_ids}
        return json.dumps(fields, separators=(",", ":"))

    @property
    def texts(self) -> dict[str, bytes]:
        """The text for each connection id."""
        return {each: self.overrides.get(each, self.text).encode() for each in self.connection_ids}


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A message as SQS takes it."""

    body: str
    message_group_id: str
    deduplication_id: str


class FanoutQueue(Protocol):
    """A queue that keeps the order within each message group and drops duplicates."""

    def send(self, entries: Sequence[QueueEntry]) -> None:
        """Send messages, those of one group in this order.

        Raises:
            EnqueueFailed: the queue did not accept all of them.
        """


class SqsFanoutQueue:
    """A FIFO queue of SQS."""

    def __init__(self, url: str, client: Any = None) -> None:  # noqa: ANN401 - botocore's, without a static type
        self._url = url
        self._client = client or sqs.client()

    def send(self, entries: Sequence[QueueEntry]) -> None:
        """See `FanoutQueue`."""
        for batch in batch_entries(entries):
            response = self._client.send_message_batch(
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
            if failed := response.get("Failed"):
                codes = sorted({failure["Code"] for failure in failed})
                raise EnqueueFailed(f"{len(failed)} of {len(batch)} messages: {', '.join(codes)}")


@cache
def fanout_queue() -> FanoutQueue:
    """Return the queue of this process; its URL is `FANOUT_QUEUE_URL`."""
    return SqsFanoutQueue(settings().fanout_queue_url)


def group_of(connection_id: str) -> int:
    """Return the group of a connection."""
    return zlib.crc32(connection_id.encode()) % GROUP_COUNT


def queue_entries(topic: str, name: str, common: bytes, texts: Mapping[str, bytes]) -> list[QueueEntry]:
    """Return the messages with the text of each connection.

    Most of them share the `common` one. The messages of a topic to one connection are in one message group. `name`
    identifies the frame: it is the same whenever this frame is sent, and different for every other.

    Raises:
        ValueError: a frame is too long for any message.
    """
    groups: dict[int, list[str]] = {}
    for connection_id in texts:
        groups.setdefault(group_of(connection_id), []).append(connection_id)
    digest = hashlib.sha256(topic.encode()).hexdigest()[:32]
    return [
        QueueEntry(message.body, f"{digest}-{group}", f"{name}-{group}{part}")
        for group, connection_ids in sorted(groups.items())
        for part, message in _split_messages(connection_ids, common, texts)
    ]


def batch_entries(entries: Sequence[QueueEntry]) -> Iterator[list[QueueEntry]]:
    """Split entries into as few calls as SQS allows, in order."""
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
    connection_ids: Sequence[str], common: bytes, texts: Mapping[str, bytes]
) -> list[tuple[str, FanoutMessage]]:
    """Return one message or, if that is too long, two, four and so on.

    Each has the suffix of its name. The part of a connection depends on the number of parts alone. When a frame is
    sent again to a changed audience and the queue drops a part as a duplicate, every connection of the part was in
    the first message.
    """
    count = 1
    while count <= _MAX_PARTS:
        parts: dict[int, list[str]] = {}
        for each in connection_ids:
            parts.setdefault(zlib.crc32(each.encode()) // GROUP_COUNT % count, []).append(each)
        messages = [
            ("" if count == 1 else f"-{part}of{count}", _to_message(ids, common, texts))
            for part, ids in sorted(parts.items())
        ]
        if all(len(message.body) <= MAX_MESSAGE_BYTES for _, message in messages):
            return messages
        count *= 2
    raise ValueError("a frame is too long for the queue")


def _to_message(connection_ids: list[str], common: bytes, texts: Mapping[str, bytes]) -> FanoutMessage:
    overrides = {each: texts[each].decode() for each in connection_ids if texts[each] != common}
    return FanoutMessage(common.decode(), overrides, connection_ids)
