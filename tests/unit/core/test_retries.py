"""Conditional writes: retries, refusals and errors that are passed on."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import (
    CancellationReason,
    PynamoDBException,
    TransactWriteError,
    UpdateError,
    VerboseClientError,
)

from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.dynamodb.retries import ConditionFailed, TransactionRefused, with_retries
from chalicelib.core.events import sqs
from chalicelib.core.http.errors import InternalError, Unavailable
from chalicelib.core.http.responses import to_problem

IMAGE = {"pk": {"S": "TENANT#t"}}
REFUSED = CancellationReason("ConditionalCheckFailed", "The conditional request failed", IMAGE)
CONFLICT = CancellationReason("TransactionConflict", "Transaction is ongoing for the item")
THROTTLED = CancellationReason("ThrottlingError", "Throughput exceeds the current capacity")


def test_table_registered_twice_is_known_once() -> None:
    described = MetaTable({"TableName": "met-by-two"})

    connection.add_meta_table(described)
    connection.add_meta_table(described)

    assert connection.get_meta_table("met-by-two") is described


def test_threads_of_a_batch_share_one_sqs_client() -> None:
    start = Barrier(4)

    def make(_: int) -> object:
        start.wait()
        return sqs.client()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(make, range(4)))) == 1


def cancelled(*reasons: CancellationReason | None) -> TransactWriteError:
    """Make a transaction's refusal as PynamoDB raises it, with a reason for each action."""
    response = {"Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"}}
    cause = VerboseClientError(response, "TransactWriteItems", cancellation_reasons=reasons)
    return TransactWriteError("Failed to write transaction items", cause)


def update_error(code: str, **response: object) -> UpdateError:
    """Make a single write's refusal as PynamoDB raises it, caused by botocore's with the response."""
    error = {"Error": {"Code": code, "Message": code}}
    cause = VerboseClientError(error, "UpdateItem")
    cause.__cause__ = VerboseClientError({**error, **response}, "UpdateItem")
    return UpdateError("Failed to update item", cause)


class Write:
    """Fails with each of these in turn, and then goes through. Counts the attempts and records the pauses."""

    def __init__(self, failures: Sequence[Exception]) -> None:
        self.failures = list(failures)
        self.attempts = 0
        self.pauses: list[float] = []

    def __call__(self) -> str:
        self.attempts += 1
        if self.failures:
            raise self.failures.pop(0)
        return "written"

    def run(self) -> str:
        return with_retries(self, sleep=self.pauses.append)


CONFLICTS: dict[str, Callable[[], PynamoDBException]] = {
    "a transaction on the item": lambda: update_error("TransactionConflictException"),
    "a conflicting transaction": lambda: cancelled(None, CONFLICT, None),
    "a throttled transaction": lambda: cancelled(None, THROTTLED),
    "a throttled table": lambda: update_error("ProvisionedThroughputExceededException"),
    "the same transaction still under way": lambda: update_error("TransactionInProgressException"),
}


def test_successful_write_is_made_once() -> None:
    write = Write([])

    assert write.run() == "written"
    assert (write.attempts, write.pauses) == (1, [])


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_conflict_is_retried_until_it_succeeds(conflict: str) -> None:
    write = Write([CONFLICTS[conflict]() for _ in range(5)])

    assert write.run() == "written"
    assert (write.attempts, len(write.pauses)) == (6, 5)


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_lasting_contention_gives_up_within_two_seconds(conflict: str) -> None:
    write = Write([CONFLICTS[conflict]() for _ in range(1000)])

    with pytest.raises(Unavailable):
        write.run()

    assert 5 <= write.attempts <= 20
    assert sum(write.pauses) < 2


@given(st.integers(1, 11))
def test_pauses_are_short_and_random(failures: int) -> None:
    write = Write([cancelled(CONFLICT) for _ in range(failures)])
    write.run()

    assert len(write.pauses) == failures
    assert all(0 <= pause <= min(0.2, 0.005 * 2**number) for number, pause in enumerate(write.pauses))


def test_pauses_differ_between_contenders() -> None:
    contenders = [Write([cancelled(CONFLICT)] * 5) for _ in range(5)]
    for contender in contenders:
        contender.run()

    assert len({tuple(contender.pauses) for contender in contenders}) == 5


def test_refused_write_carries_the_item_against_it() -> None:
    write = Write([update_error("ConditionalCheckFailedException", Item=IMAGE)])

    with pytest.raises(ConditionFailed) as refused:
        write.run()

    assert refused.value.image == IMAGE
    assert (write.attempts, write.pauses) == (1, [])


def test_refusal_without_an_item_carries_none() -> None:
    with pytest.raises(ConditionFailed) as refused:
        Write([update_error("ConditionalCheckFailedException")]).run()

    assert refused.value.image is None


def test_refused_transaction_names_its_refused_actions() -> None:
    with pytest.raises(TransactionRefused) as refused:
        Write([cancelled(None, REFUSED, None)]).run()

    assert refused.value.images == {1: IMAGE}


def test_refusal_beside_a_conflict_is_a_refusal() -> None:
    write = Write([cancelled(CONFLICT, REFUSED)])

    with pytest.raises(TransactionRefused) as refused:
        write.run()

    assert list(refused.value.images) == [1]
    assert write.attempts == 1


@pytest.mark.parametrize(
    "error",
    [
        update_error("ValidationException"),
        KeyError("a fault of ours"),
    ],
    ids=["invalid", "another"],
)
def test_other_error_is_raised_unchanged(error: Exception) -> None:
    write = Write([error])

    with pytest.raises(type(error)) as raised:
        write.run()

    assert raised.value is error
    assert write.attempts == 1


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
def test_throttled_read_is_reported_as_unavailable(code: str) -> None:
    assert isinstance(to_problem(update_error(code)), Unavailable)


def test_other_error_is_reported_as_internal() -> None:
    assert isinstance(to_problem(KeyError("x")), InternalError)
    assert isinstance(to_problem(update_error("ValidationException")), InternalError)
