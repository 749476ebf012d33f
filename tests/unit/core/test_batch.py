"""Batches, processed concurrently by key."""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.events.batch import PoisonRecord, process_batch, process_by_key, seconds_left


class Record(NamedTuple):
    """A record of a batch; `error` is raised for it."""

    number: int
    key: str
    error: type[Exception] | None
    late_error: type[Exception] | None


def batches() -> st.SearchStrategy[list[Record]]:
    errors = st.sampled_from([None, None, None, RuntimeError, PoisonRecord])
    rows = st.tuples(st.sampled_from("abc"), errors, st.sampled_from([None, None, OSError]))
    return st.lists(rows, max_size=12).map(lambda rows: [Record(number, *row) for number, row in enumerate(rows)])


class Recorder:
    """Records which records were processed."""

    def __init__(self) -> None:
        self.processed: list[Record] = []
        self.finished: list[Record] = []

    def process(self, record: Record) -> None:
        self.processed.append(record)
        if record.error:
            raise record.error

    def finish(self, record: Record) -> None:
        self.finished.append(record)
        if record.late_error:
            raise record.late_error


def key_of(record: Record) -> str:
    return record.key


def sequentially(records: list[Record]) -> tuple[list[Record], list[Record]]:
    """Return the processed and the failed records of plain sequential processing."""
    processed, failed, blocked = [], [], set()
    for record in records:
        if record.key not in blocked:
            processed.append(record)
            if record.error is RuntimeError:
                blocked.add(record.key)
        if record.key in blocked or record.error or record.late_error:
            failed.append(record)
    return processed, failed


@given(batches(), st.integers(1, 4))
def test_concurrent_processing_equals_sequential_processing(records: list[Record], workers: int) -> None:
    recorder = Recorder()
    processed, failed = sequentially(records)

    assert process_by_key(records, key_of, recorder.process, after=recorder.finish, max_workers=workers) == failed

    for key in "abc":
        assert _of(key, recorder.processed) == _of(key, processed)
        assert _of(key, recorder.finished) == _of(key, records)


@given(batches(), st.integers(0, 12))
def test_records_after_the_time_limit_fail_untouched(records: list[Record], begun: int) -> None:
    recorder = Recorder()

    failed = process_by_key(
        records,
        lambda _: "one",
        recorder.process,
        after=recorder.finish,
        has_time=lambda: len(recorder.finished) < begun,
    )

    assert recorder.finished == records[:begun]
    assert failed[len(failed) - len(records[begun:]) :] == records[begun:]


def test_different_keys_are_processed_concurrently() -> None:
    met = threading.Barrier(3, timeout=10)

    def meet(_: str) -> None:
        met.wait()

    assert process_by_key(["a", "b", "c"], str, meet) == []


def test_empty_batch_has_no_failures() -> None:
    assert process_by_key([], str, print) == []


class Context:
    """A Lambda context."""

    def get_remaining_time_in_millis(self) -> int:
        return 1500


def test_remaining_time_is_in_seconds() -> None:
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
    processed: list[str] = []

    def handle(record: Any) -> None:
        processed.append(record["body"])
        if record["body"] in bodies:
            raise RuntimeError

    return processed, handle


def test_later_messages_of_a_failed_group_fail_unprocessed() -> None:
    processed, handle = failing("1")
    records = [message(0, "a"), message(1, "a"), message(2, "b"), message(3, "a"), message(4, "b")]

    answer = process_batch({"Records": records}, handle, "SQS FIFO")

    assert processed == ["0", "1", "2", "4"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m3"}]}


@pytest.mark.parametrize("source", ["SQS", "SQS FIFO"])
def test_batch_of_failures_alone_is_reported_as_failures(source: Any) -> None:
    _, handle = failing("0")

    answer = process_batch({"Records": [message(0, "a")]}, handle, source)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def _of(key: str, records: list[Record]) -> list[Record]:
    return [record for record in records if record.key == key]
