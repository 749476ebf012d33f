"""Conditional writes: retried while the table is busy, refused with the item that stood against them."""

import random
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from pynamodb.exceptions import PynamoDBException, TransactWriteError

from chalicelib.core.dynamodb.item import Image
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
    """The condition of a write did not hold.

    `image` is the item that stood against it, None if there was none.
    """

    def __init__(self, image: Image | None) -> None:
        super().__init__("the condition of a write did not hold")
        self.image = image


class TransactionRefused(Exception):
    """Conditions of a transaction did not hold.

    `images` has, by the position of each refused action, the item that stood against it, None if there was none.
    """

    def __init__(self, images: Mapping[int, Image | None]) -> None:
        super().__init__(f"the conditions of actions {sorted(images)} of a transaction did not hold")
        self.images = images


def with_retries(write: Callable[[], T], *, sleep: Callable[[float], None] = time.sleep) -> T:
    """Run a conditional write, again while the item or the table is busy.

    A transaction is in its way, or the table is throttled.

    Raises:
        ConditionFailed, TransactionRefused: a condition did not hold.
        Unavailable: the item stayed busy for about a second.
    """
    for attempt in range(_MAX_ATTEMPTS):
        try:
            return write()
        except PynamoDBException as error:
            refusal = _classify(error)
            if refusal is None:
                raise
            if not isinstance(refusal, Contention):
                raise refusal from None
        sleep(random.uniform(0.0, min(0.2, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret
    raise Unavailable("This is in great demand at the moment; please try again.")


class Contention(Exception):
    """Another transaction holds one of the items, or the table is throttled."""


def is_contention(error: Exception) -> bool:
    """Return whether a call was refused for capacity or another transaction."""
    return isinstance(error, PynamoDBException) and _error_code(error) in _CONTENTION_CODES


def _error_code(error: PynamoDBException) -> str | None:
    # PynamoDB's own property fails where there was no response, such as when the connection was closed.
    response = getattr(error.cause, "response", None) or {}
    code: str | None = (response.get("Error") or {}).get("Code")
    return code


def _classify(error: PynamoDBException) -> ConditionFailed | TransactionRefused | Contention | None:
    if isinstance(error, TransactWriteError):
        reasons = dict(enumerate(error.cancellation_reasons))
        codes = {reason.code for reason in reasons.values() if reason}
        if CONDITION_FAILED in codes:
            return TransactionRefused(
                {n: reason.raw_item for n, reason in reasons.items() if reason and reason.code == CONDITION_FAILED}
            )
        if not codes.isdisjoint(_CONTENTION_CODES):
            return Contention()
    elif _error_code(error) == "ConditionalCheckFailedException":
        return ConditionFailed(_old_item(error))
    return Contention() if is_contention(error) else None


def _old_item(error: PynamoDBException) -> Image | None:
    # PynamoDB keeps only the error's code; the item is in the botocore error that it was made from.
    response = getattr(error.cause.__cause__, "response", {}) if error.cause else {}
    item: Image | None = response.get("Item")
    return item
