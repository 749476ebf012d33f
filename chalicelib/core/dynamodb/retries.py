"""Conditional writes and transactions: again while the table is busy, refused with what stood against them."""

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from pynamodb.exceptions import CancellationReason, PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.core.clock import new_id
from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.http.errors import Unavailable

T = TypeVar("T")

CONDITION_FAILED = "ConditionalCheckFailed"
_CONTENTION_CODES = {
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_MAX_ATTEMPTS = 12


class ConditionFailed(Exception):
    """A condition did not hold. `images` has, per part of the write, the item that stood against it, or None;
    `failed` says which parts were refused.
    """

    def __init__(self, failed: list[bool], images: list[dict[str, Any] | None]) -> None:
        super().__init__("the condition of a write did not hold")
        self.failed = failed
        self.images = images


def with_retries(write: Callable[[], T], *, sleep: Callable[[float], None] = time.sleep) -> T:
    """Run one conditional write, again while another transaction is in its way or the table is throttled.

    Raises:
        ConditionFailed: a condition did not hold.
        Unavailable: the item stayed busy for about a second.
    """
    for attempt in range(_MAX_ATTEMPTS):
        try:
            return write()
        except PynamoDBException as error:
            refusal = _classify(error)
            if refusal is None:
                raise
            if isinstance(refusal, ConditionFailed):
                raise refusal from None
        sleep(random.uniform(0.0, min(0.2, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret
    raise Unavailable("This is in great demand at the moment; please try again.")


class Contention(Exception):
    """Another transaction held one of the items, or the table takes no more just now."""


def is_contention(error: Exception) -> bool:
    """Whether DynamoDB refused for want of capacity, or because a transaction was in the way."""
    return isinstance(error, PynamoDBException) and _error_code(error) in _CONTENTION_CODES


def _error_code(error: PynamoDBException) -> str | None:
    # PynamoDB's own property fails where there was no answer at all, such as when the connection was closed.
    response = getattr(error.cause, "response", None) or {}
    code: str | None = (response.get("Error") or {}).get("Code")
    return code


def _classify(error: PynamoDBException) -> ConditionFailed | Contention | None:
    if isinstance(error, TransactWriteError):
        reasons = error.cancellation_reasons
        if any(reason and reason.code == CONDITION_FAILED for reason in reasons):
            return ConditionFailed([_is_refused(reason) for reason in reasons], [_image(r) for r in reasons])
        if any(reason and reason.code in _CONTENTION_CODES for reason in reasons):
            return Contention()
    elif _error_code(error) == "ConditionalCheckFailedException":
        return ConditionFailed([True], [_old_item(error)])
    if is_contention(error):
        return Contention()
    return None


def _is_refused(reason: CancellationReason | None) -> bool:
    return reason is not None and reason.code == CONDITION_FAILED


def _image(reason: CancellationReason | None) -> dict[str, Any] | None:
    return reason.raw_item if reason else None


def _old_item(error: PynamoDBException) -> dict[str, Any] | None:
    # PynamoDB keeps only the error's code; the item is in the botocore error that it was made from.
    response = getattr(error.cause.__cause__, "response", {}) if error.cause else {}
    item: dict[str, Any] | None = response.get("Item")
    return item


def transact(fill: Callable[[TransactWrite], None]) -> None:
    """Do a transaction, again while another is in its way. `fill` adds what it consists of, the same each time.

    All attempts carry one token. One that went through although its answer was lost is so told as done, and not as
    refused by what it wrote itself; DynamoDB remembers a token for ten minutes.

    Raises:
        ConditionFailed: a condition did not hold.
        Unavailable: an item stayed busy for about a second.
    """
    token = new_id()

    def write() -> None:
        with TransactWrite(connection=connection, client_request_token=token) as write:
            fill(write)

    with_retries(write)
