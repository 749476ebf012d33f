"""Messages for a large audience: every connection is in one, always in the same group, and none is too long."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.realtime.queue import (
    GROUP_COUNT,
    MAX_MESSAGE_BYTES,
    FanoutMessage,
    QueueEntry,
    batch_entries,
    group_of,
    queue_entries,
)

COMMON = b'{"type": "lock-acquired", "by": "M\\u00e1rta"}'
# As API Gateway gives them.
ids = st.text("ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789-_", min_size=15, max_size=15).map(
    lambda text: f"{text}="
)


def audience(count: int, text: bytes = COMMON) -> dict[str, bytes]:
    return {f"connection-{number:05d}=": text for number in range(count)}


LONG_FRAMES = audience(400, b'"%s"' % (b"x" * 12_000))
LONG_ENTRIES = queue_entries("topic", "event-0", COMMON, LONG_FRAMES)


def texts_in(entries: list[QueueEntry]) -> list[tuple[str, bytes]]:
    return [pair for entry in entries for pair in FanoutMessage.from_body(entry.body).texts.items()]


@given(st.dictionaries(ids, st.sampled_from([COMMON, COMMON, b'{"lockId": "secret"}']), max_size=60))
def test_messages_have_each_connection_text_once(texts: Mapping[str, bytes]) -> None:
    assert sorted(texts_in(queue_entries("topic", "event-0", COMMON, texts))) == sorted(texts.items())


@given(st.sets(ids, min_size=1, max_size=40), st.sets(ids, max_size=40))
def test_message_group_depends_on_connection_alone(some: set[str], others: set[str]) -> None:
    first = groups_of(queue_entries("topic", "event-0", COMMON, dict.fromkeys(some, COMMON)))
    then = groups_of(queue_entries("topic", "event-1", COMMON, dict.fromkeys(some | others, COMMON)))

    assert {each: then[each] for each in some} == first


def test_group_assignment_is_stable() -> None:
    """Two versions of the code run side by side while it is deployed."""
    assert [group_of(f"connection-{number}") for number in range(8)] == [12, 10, 0, 6, 5, 3, 9, 15]


def test_large_audience_has_one_message_a_group() -> None:
    entries = queue_entries("topic", "event-0", COMMON, audience(501))

    assert len({entry.message_group_id for entry in entries}) == len(entries) == GROUP_COUNT
    assert {entry.deduplication_id for entry in entries} == {f"event-0-{group}" for group in range(GROUP_COUNT)}


def test_topics_have_groups_of_their_own() -> None:
    topic = f"TENANT#{'t' * 64}#APPOINTMENT#{'a' * 64}"
    one, other = (queue_entries(each, "e" * 36 + "-11", COMMON, audience(600)) for each in (topic, f"{topic}b"))

    assert {entry.message_group_id for entry in one}.isdisjoint(entry.message_group_id for entry in other)
    assert all(len(entry.message_group_id) <= 128 and len(entry.deduplication_id) <= 128 for entry in one)


def test_long_message_is_split_within_its_group() -> None:
    assert max(len(entry.body) for entry in LONG_ENTRIES) <= MAX_MESSAGE_BYTES
    assert len({entry.message_group_id for entry in LONG_ENTRIES}) == GROUP_COUNT < len(LONG_ENTRIES)
    assert len({(entry.message_group_id, entry.deduplication_id) for entry in LONG_ENTRIES}) == len(LONG_ENTRIES)
    assert sorted(texts_in(LONG_ENTRIES)) == sorted(LONG_FRAMES.items())


@settings(max_examples=10)
@given(st.sets(st.sampled_from(sorted(LONG_FRAMES)), max_size=40))
def test_dropped_duplicate_leaves_nobody_out(left: set[str]) -> None:
    there = {each: text for each, text in LONG_FRAMES.items() if each not in left}
    first_ids = {
        (entry.message_group_id, entry.deduplication_id): set(FanoutMessage.from_body(entry.body).connection_ids)
        for entry in LONG_ENTRIES
    }

    for entry in queue_entries("topic", "event-0", COMMON, there):
        to = set(FanoutMessage.from_body(entry.body).connection_ids)
        assert to <= first_ids.get((entry.message_group_id, entry.deduplication_id), to)


def test_frame_too_long_for_any_message_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        queue_entries("topic", "event-0", b"x" * MAX_MESSAGE_BYTES, {"one": b"x" * MAX_MESSAGE_BYTES})


@given(st.lists(st.integers(1, MAX_MESSAGE_BYTES), max_size=30))
def test_batches_respect_sqs_limits_and_order(sizes: list[int]) -> None:
    entries = [QueueEntry("x" * size, "line", str(number)) for number, size in enumerate(sizes)]

    calls = list(batch_entries(entries))

    assert [entry for call in calls for entry in call] == entries
    assert all(
        0 < len(call) <= 10 and sum(len(entry.body) for entry in call) <= MAX_MESSAGE_BYTES for call in calls
    )


def test_message_body_is_plain_json() -> None:
    (entry,) = queue_entries("topic", "event-0", COMMON, {"a": b"{}"})

    assert json.loads(entry.body) == {"text": COMMON.decode(), "own": {"a": "{}"}, "to": ["a"]}


def groups_of(entries: list[QueueEntry]) -> dict[str, str]:
    return {
        each: entry.message_group_id
        for entry in entries
        for each in FanoutMessage.from_body(entry.body).connection_ids
    }
