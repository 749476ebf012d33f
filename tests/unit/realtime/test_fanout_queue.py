"""A big audience in messages: everyone is in one of them, always in the same line, and none is too long."""

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


LONG_WINDED = audience(400, b'"%s"' % (b"x" * 12_000))
IN_PARTS = queue_entries("topic", "event-0", COMMON, LONG_WINDED)


def told(entries: list[QueueEntry]) -> list[tuple[str, bytes]]:
    return [pair for entry in entries for pair in FanoutMessage.from_body(entry.body).texts.items()]


@given(st.dictionaries(ids, st.sampled_from([COMMON, COMMON, b'{"lockId": "secret"}']), max_size=60))
def test_everyone_is_told_their_own_text_once(texts: Mapping[str, bytes]) -> None:
    assert sorted(told(queue_entries("topic", "event-0", COMMON, texts))) == sorted(texts.items())


@given(st.sets(ids, min_size=1, max_size=40), st.sets(ids, max_size=40))
def test_a_connection_is_always_in_the_same_line_whoever_else_is_there(some: set[str], others: set[str]) -> None:
    first = lines(queue_entries("topic", "event-0", COMMON, dict.fromkeys(some, COMMON)))
    then = lines(queue_entries("topic", "event-1", COMMON, dict.fromkeys(some | others, COMMON)))

    assert {each: then[each] for each in some} == first


def test_the_groups_are_those_that_they_always_were() -> None:
    """Two versions of the code run side by side while it is deployed."""
    assert [group_of(f"connection-{number}") for number in range(8)] == [12, 10, 0, 6, 5, 3, 9, 15]


def test_a_big_audience_has_a_message_for_each_group() -> None:
    entries = queue_entries("topic", "event-0", COMMON, audience(501))

    assert len({entry.message_group_id for entry in entries}) == len(entries) == GROUP_COUNT
    assert {entry.deduplication_id for entry in entries} == {f"event-0-{group}" for group in range(GROUP_COUNT)}


def test_topics_do_not_wait_for_each_other_and_names_fit() -> None:
    topic = f"TENANT#{'t' * 64}#APPOINTMENT#{'a' * 64}"
    one, other = (queue_entries(each, "e" * 36 + "-11", COMMON, audience(600)) for each in (topic, f"{topic}b"))

    assert {entry.message_group_id for entry in one}.isdisjoint(entry.message_group_id for entry in other)
    assert all(len(entry.message_group_id) <= 128 and len(entry.deduplication_id) <= 128 for entry in one)


def test_what_is_too_long_for_one_message_becomes_several_in_the_same_line() -> None:
    assert max(len(entry.body) for entry in IN_PARTS) <= MAX_MESSAGE_BYTES
    assert len({entry.message_group_id for entry in IN_PARTS}) == GROUP_COUNT < len(IN_PARTS)
    assert len({(entry.message_group_id, entry.deduplication_id) for entry in IN_PARTS}) == len(IN_PARTS)
    assert sorted(told(IN_PARTS)) == sorted(LONG_WINDED.items())


@settings(max_examples=10)
@given(st.sets(st.sampled_from(sorted(LONG_WINDED)), max_size=40))
def test_a_repeat_to_fewer_leaves_nobody_out_of_a_message_that_is_dropped(left: set[str]) -> None:
    there = {each: text for each, text in LONG_WINDED.items() if each not in left}
    had = {
        (entry.message_group_id, entry.deduplication_id): set(FanoutMessage.from_body(entry.body).connection_ids)
        for entry in IN_PARTS
    }

    for entry in queue_entries("topic", "event-0", COMMON, there):
        to = set(FanoutMessage.from_body(entry.body).connection_ids)
        assert to <= had.get((entry.message_group_id, entry.deduplication_id), to)


def test_a_frame_that_fits_into_no_message_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        queue_entries("topic", "event-0", b"x" * MAX_MESSAGE_BYTES, {"one": b"x" * MAX_MESSAGE_BYTES})


@given(st.lists(st.integers(1, MAX_MESSAGE_BYTES), max_size=30))
def test_calls_are_as_big_as_sqs_takes_and_in_order(sizes: list[int]) -> None:
    entries = [QueueEntry("x" * size, "line", str(number)) for number, size in enumerate(sizes)]

    calls = list(batch_entries(entries))

    assert [entry for call in calls for entry in call] == entries
    assert all(
        0 < len(call) <= 10 and sum(len(entry.body) for entry in call) <= MAX_MESSAGE_BYTES for call in calls
    )


def test_a_message_is_plain_json() -> None:
    (entry,) = queue_entries("topic", "event-0", COMMON, {"a": b"{}"})

    assert json.loads(entry.body) == {"text": COMMON.decode(), "own": {"a": "{}"}, "to": ["a"]}


def lines(entries: list[QueueEntry]) -> dict[str, str]:
    return {
        each: entry.message_group_id
        for entry in entries
        for each in FanoutMessage.from_body(entry.body).connection_ids
    }
