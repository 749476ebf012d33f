"""Conditional writes: what is tried again, what is a refusal, and what is passed on."""

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
from chalicelib.core.http.router import to_problem

IMAGE = {"pk": {"S": "TENANT#t"}}
REFUSED = CancellationReason("ConditionalCheckFailed", "The conditional request failed", IMAGE)
CONFLICT = CancellationReason("TransactionConflict", "Transaction is ongoing for the item")
THROTTLED = CancellationReason("ThrottlingError", "Throughput exceeds the current capacity")


def test_a_table_may_be_met_by_two_threads_at_once() -> None:
    described = MetaTable({"TableName": "met-by-two"})

    connection.add_meta_table(described)
    connection.add_meta_table(described)

    assert connection.get_meta_table("met-by-two") is described


def test_the_lanes_of_a_batch_share_one_client_of_sqs() -> None:
    start = Barrier(4)

    def make(_: int) -> object:
        start.wait()
        return sqs.client()

    with ThreadPoolExecutor(4) as lanes:
        assert len(set(lanes.map(make, range(4)))) == 1


def cancelled(*reasons: CancellationReason | None) -> TransactWriteError:
    """A transaction's refusal as PynamoDB raises it, with a reason for each part."""
    response = {"Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"}}
    cause = VerboseClientError(response, "TransactWriteItems", cancellation_reasons=reasons)
    return TransactWriteError("Failed to write transaction items", cause)


def update_error(code: str, **response: object) -> UpdateError:
    """A single write's refusal as PynamoDB raises it: a new error from botocore's, which has the response."""
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


def test_a_write_that_goes_through_is_made_once() -> None:
    write = Write([])

    assert write.run() == "written"
    assert (write.attempts, write.pauses) == (1, [])


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_a_conflict_is_tried_again_until_it_goes_through(conflict: str) -> None:
    write = Write([CONFLICTS[conflict]() for _ in range(5)])

    assert write.run() == "written"
    assert (write.attempts, len(write.pauses)) == (6, 5)


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_an_item_that_stays_busy_is_given_up_within_two_seconds(conflict: str) -> None:
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


def test_pauses_differ_from_one_contender_to_the_next() -> None:
    contenders = [Write([cancelled(CONFLICT)] * 5) for _ in range(5)]
    for contender in contenders:
        contender.run()

    assert len({tuple(contender.pauses) for contender in contenders}) == 5


def test_a_refused_write_brings_the_item_that_stood_against_it() -> None:
    write = Write([update_error("ConditionalCheckFailedException", Item=IMAGE)])

    with pytest.raises(ConditionFailed) as refused:
        write.run()

    assert refused.value.image == IMAGE
    assert (write.attempts, write.pauses) == (1, [])


def test_a_refusal_without_an_item_says_that_there_is_none() -> None:
    with pytest.raises(ConditionFailed) as refused:
        Write([update_error("ConditionalCheckFailedException")]).run()

    assert refused.value.image is None


def test_a_refused_transaction_says_which_parts_were_refused() -> None:
    with pytest.raises(TransactionRefused) as refused:
        Write([cancelled(None, REFUSED, None)]).run()

    assert refused.value.images == {1: IMAGE}


def test_a_refusal_beside_a_conflict_is_a_refusal() -> None:
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
def test_any_other_error_is_passed_on_as_it_is(error: Exception) -> None:
    write = Write([error])

    with pytest.raises(type(error)) as raised:
        write.run()

    assert raised.value is error
    assert write.attempts == 1


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
def test_a_read_that_is_throttled_is_told_as_unavailable(code: str) -> None:
    assert isinstance(to_problem(update_error(code)), Unavailable)


def test_any_other_fault_is_told_as_ours() -> None:
    assert isinstance(to_problem(KeyError("x")), InternalError)
    assert isinstance(to_problem(update_error("ValidationException")), InternalError)
