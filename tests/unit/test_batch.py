"""A batch served in lanes, one for each key."""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.events.batch import PoisonRecord, process_batch, process_by_key, seconds_left


class Record(NamedTuple):
    """One of a batch; `fault` is what happens to it."""

    number: int
    key: str
    fault: type[Exception] | None
    late_fault: type[Exception] | None


def batches() -> st.SearchStrategy[list[Record]]:
    faults = st.sampled_from([None, None, None, RuntimeError, PoisonRecord])
    rows = st.tuples(st.sampled_from("abc"), faults, st.sampled_from([None, None, OSError]))
    return st.lists(rows, max_size=12).map(lambda rows: [Record(number, *row) for number, row in enumerate(rows)])


class Desk:
    """Serves records, and keeps which."""

    def __init__(self) -> None:
        self.served: list[Record] = []
        self.followed: list[Record] = []

    def serve(self, record: Record) -> None:
        self.served.append(record)
        if record.fault:
            raise record.fault

    def follow(self, record: Record) -> None:
        self.followed.append(record)
        if record.late_fault:
            raise record.late_fault


def key_of(record: Record) -> str:
    return record.key


def one_after_another(records: list[Record]) -> tuple[list[Record], list[Record]]:
    """What is to be served, and what is to fail: the plain way, without lanes."""
    served, failed, stuck = [], [], set()
    for record in records:
        if record.key not in stuck:
            served.append(record)
            if record.fault is RuntimeError:
                stuck.add(record.key)
        if record.key in stuck or record.fault or record.late_fault:
            failed.append(record)
    return served, failed


@given(batches(), st.integers(1, 4))
def test_lanes_come_to_the_same_as_one_after_another(records: list[Record], lanes: int) -> None:
    desk = Desk()
    served, failed = one_after_another(records)

    assert process_by_key(records, key_of, desk.serve, after=desk.follow, max_workers=lanes) == failed

    for key in "abc":
        assert _of(key, desk.served) == _of(key, served)
        assert _of(key, desk.followed) == _of(key, records)


@given(batches(), st.integers(0, 12))
def test_when_time_is_over_the_rest_fails_untouched(records: list[Record], begun: int) -> None:
    desk = Desk()

    failed = process_by_key(
        records, lambda _: "one", desk.serve, after=desk.follow, has_time=lambda: len(desk.followed) < begun
    )

    assert desk.followed == records[:begun]
    assert failed[len(failed) - len(records[begun:]) :] == records[begun:]


def test_different_keys_do_not_wait_for_each_other() -> None:
    met = threading.Barrier(3, timeout=10)

    def meet(_: str) -> None:
        met.wait()

    assert process_by_key(["a", "b", "c"], str, meet) == []


def test_an_empty_batch_has_no_failures() -> None:
    assert process_by_key([], str, print) == []


class Context:
    """What Lambda tells of the time."""

    def get_remaining_time_in_millis(self) -> int:
        return 1500


def test_the_time_that_is_left_is_told_in_seconds() -> None:
    assert seconds_left(Context())() == 1.5
    assert seconds_left(None)() == float("inf")


def message(number: int, group: str) -> dict[str, Any]:
    return {
        "messageId": f"m{number}",
        "body": str(number),
        "attributes": {"MessageGroupId": group},
        "eventSource": "aws:sqs",
    }


def failing(*bodies: str) -> tuple[list[str], Callable[[Any], None]]:
    served: list[str] = []

    def handle(record: Any) -> None:
        served.append(record["body"])
        if record["body"] in bodies:
            raise RuntimeError

    return served, handle


def test_what_came_later_in_a_group_waits_for_the_one_that_failed() -> None:
    served, handle = failing("1")
    records = [message(0, "a"), message(1, "a"), message(2, "b"), message(3, "a"), message(4, "b")]

    answer = process_batch({"Records": records}, handle, "SQS FIFO")

    assert served == ["0", "1", "2", "4"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m3"}]}


@pytest.mark.parametrize("source", ["SQS", "SQS FIFO"])
def test_when_all_fail_they_are_named_all_the_same(source: Any) -> None:
    _, handle = failing("0")

    answer = process_batch({"Records": [message(0, "a")]}, handle, source)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def _of(key: str, records: list[Record]) -> list[Record]:
    return [record for record in records if record.key == key]
