"""Batches of records and messages, in which a failure does not hold up the others."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

from chalicelib.core.logging import logger

Source = Literal["DynamoDBStreams", "SQS", "SQS FIFO"]
Record = Mapping[str, Any]
R = TypeVar("R")
# A record is processed mostly by waiting for other services.
_MAX_WORKERS = 8


class PoisonRecord(ValueError):
    """A malformed record.

    A retry cannot succeed, so the later records of its key do not wait for it.
    """


def process_batch(event: Record, handle: Callable[[Record], None], source: Source) -> dict[str, Any]:
    """Process each record of an event and return the partial batch response.

    SQS redelivers only the failed messages; a stream redelivers everything from the first failure on. In a FIFO
    queue the later messages of a group fail with the first failure, unprocessed.
    """
    failed: list[str] = []
    failed_groups: set[str] = set()
    for record in event["Records"]:
        record_id = _record_id(record)
        group = record["attributes"]["MessageGroupId"] if source == "SQS FIFO" else record_id
        if group in failed_groups or _error_of(handle, record):
            failed_groups.add(group)
            failed.append(record_id)
    return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in failed]}


def _record_id(record: Record) -> str:
    found: str = record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["messageId"]
    return found


def process_by_key(
    records: Sequence[R],
    key: Callable[[R], Hashable],
    process: Callable[[R], None],
    *,
    after: Callable[[R], None] = lambda record: None,  # noqa: ARG005 - nothing is the default
    has_time: Callable[[], bool] = lambda: True,
    max_workers: int = _MAX_WORKERS,
) -> list[R]:
    """Process records of different keys concurrently and those of one key in order.

    Returns the failed ones. After a failure the later records of its key fail unprocessed, so that none overtakes
    it; a `PoisonRecord` fails alone. `after` runs for each record, failed or not, and may fail it too. Once
    `has_time` returns False, the remaining records fail untouched.
    """
    numbers_of: dict[Hashable, list[int]] = {}
    for number, record in enumerate(records):
        numbers_of.setdefault(key(record), []).append(number)

    def run(numbers: list[int]) -> list[int]:
        failed, is_blocked = [], False
        for number in numbers:
            if not has_time():
                failed.append(number)
                continue
            error = None if is_blocked else _error_of(process, records[number])
            late_error = _error_of(after, records[number])
            if is_blocked or error or late_error:
                failed.append(number)
            is_blocked = is_blocked or not isinstance(error, PoisonRecord | None)
        return failed

    if len(numbers_of) <= 1:
        failures = [number for numbers in numbers_of.values() for number in run(numbers)]
    else:
        with ThreadPoolExecutor(min(max_workers, len(numbers_of))) as pool:
            failures = sorted(number for failed in pool.map(run, numbers_of.values()) for number in failed)
    return [records[number] for number in failures]


def _error_of(process: Callable[[R], None], record: R) -> Exception | None:
    """Process a record; return its error, logged."""
    try:
        process(record)
    except Exception as error:  # noqa: BLE001 - logged, and reported in the response
        logger().exception("a record failed")
        return error
    return None


def for_each(items: Collection[R], action: Callable[[R], object]) -> None:
    """Run an action for each item, also after failures.

    Raises:
        ExceptionGroup: the failures.
    """
    failures: list[Exception] = []
    for item in items:
        try:
            action(item)
        except Exception as failure:  # noqa: BLE001 - raised with the others at the end
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(items)} actions failed", failures)


def seconds_left(context: Any) -> Callable[[], float]:  # noqa: ANN401 - Lambda's, None in tests
    """Return a function that gives the remaining run time in seconds.

    It is infinite without a context.
    """
    if context is None:
        return lambda: float("inf")
    return lambda: context.get_remaining_time_in_millis() / 1000
