"""Serving a batch of records, so that one that fails does not keep back the rest."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

from chalicelib.core.logging import logger

Source = Literal["DynamoDBStreams", "SQS", "SQS FIFO"]
Record = Mapping[str, Any]
R = TypeVar("R")
# What a record takes is nearly all waiting for others.
_MAX_WORKERS = 8


class PoisonRecord(ValueError):
    """A record that is not as it should be. To try it again changes nothing, so none that follows waits for it."""


def process_batch(event: Record, handle: Callable[[Record], None], source: Source) -> dict[str, Any]:
    """Serve each record of an event; the answer names those that failed, and AWS brings them again.

    A queue brings those alone, a stream also all that came after the first of them. Of a FIFO queue the later
    records of a group fail with the first that did, without being served.
    """
    from aws_lambda_powertools.utilities.batch import (
        BatchProcessor,
        EventType,
        SqsFifoPartialProcessor,
        process_partial_response,
    )

    # The library tells its handlers' arguments apart by their names, and keeps what they raise to itself.
    def served(record: Record) -> None:
        try:
            handle(record)
        except Exception:
            logger().exception("a record failed", source=source)
            raise

    processor: BatchProcessor
    if source == "SQS FIFO":
        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
        processor.raise_on_entire_batch_failure = False
    else:
        processor = BatchProcessor(EventType(source), raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event=dict(event), record_handler=served, processor=processor))


def process_by_key(
    records: Sequence[R],
    key: Callable[[R], Hashable],
    process: Callable[[R], None],
    *,
    after: Callable[[R], None] = lambda record: None,  # noqa: ARG005 - nothing is the default
    has_time: Callable[[], bool] = lambda: True,
    max_workers: int = _MAX_WORKERS,
) -> list[R]:
    """Serve records of different keys side by side, those of one key in order; those that failed, as they stood.

    When one could not be served, the later ones of its key are not and fail too, so that none comes before it;
    one that is `Unreadable` fails alone. `after` is done for each, whatever became of it, and may fail it as well.
    When `goes_on` says no, all that were not begun fail untouched.
    """
    by_lane: dict[Hashable, list[int]] = {}
    for number, record in enumerate(records):
        by_lane.setdefault(key(record), []).append(number)

    def run(numbers: list[int]) -> list[int]:
        failed, is_held = [], False
        for number in numbers:
            if not has_time():
                failed.append(number)
                continue
            fault = None if is_held else _error_of(process, records[number])
            late_fault = _error_of(after, records[number])
            if is_held or fault or late_fault:
                failed.append(number)
            is_held = is_held or not isinstance(fault, PoisonRecord | None)
        return failed

    if len(by_lane) <= 1:
        failures = [number for numbers in by_lane.values() for number in run(numbers)]
    else:
        with ThreadPoolExecutor(min(max_workers, len(by_lane))) as pool:
            failures = sorted(number for failed in pool.map(run, by_lane.values()) for number in failed)
    return [records[number] for number in failures]


def _error_of(serve: Callable[[R], None], record: R) -> Exception | None:
    """What is wrong, logged; whatever it is, the other records are not to wait for it."""
    try:
        serve(record)
    except Exception as fault:  # noqa: BLE001 - logged, and told by the answer
        logger().exception("a record failed")
        return fault
    return None


def for_each(items: Collection[R], action: Callable[[R], object]) -> None:
    """Do something to each of several; one that fails keeps back no other.

    Raises:
        ExceptionGroup: why some failed.
    """
    failures: list[Exception] = []
    for each in items:
        try:
            action(each)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(items)} could not be seen to", failures)


def seconds_left(context: Any) -> Callable[[], float]:  # noqa: ANN401 - Lambda's, or none where there is no Lambda
    """Tells how long the function may still run; without a context, for ever."""
    if context is None:
        return lambda: float("inf")
    return lambda: context.get_remaining_time_in_millis() / 1000
