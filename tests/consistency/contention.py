"""Refusals of a contended DynamoDB, which DynamoDB Local never sends."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.consistency.proxy import Forward, Request, Response, run_proxy
from tests.consistency.seed import seeded_random

CONFLICT_RATE = 0.3
_TYPE = "com.amazonaws.dynamodb.v20120810#"
_ONGOING = "Transaction is ongoing for the item"


@contextmanager
def contended_endpoint(endpoint: str) -> Iterator[str]:
    """Run a proxy that refuses a share of the writes, as AWS does when transactions collide."""
    rng = seeded_random(1)

    def intercept(request: Request, forward: Forward) -> Response:
        refusal = transaction_conflict(request) if rng.random() < CONFLICT_RATE else None
        return refusal or forward(request)

    with run_proxy(endpoint, intercept) as address:
        yield address


def transaction_conflict(request: Request) -> Response | None:
    """Return AWS's refusal for a colliding transaction, None for a call that cannot collide."""
    if request.operation == "TransactWriteItems":
        parts = len(json.loads(request.body)["TransactItems"])
        reasons: list[dict[str, str]] = [{"Code": "None"}] * (parts - 1)
        reasons.append({"Code": "TransactionConflict", "Message": _ONGOING})
        message = "Transaction cancelled, please refer cancellation reasons for specific reasons"
        return _error("TransactionCanceledException", Message=message, CancellationReasons=reasons)
    if request.operation in ("UpdateItem", "PutItem", "DeleteItem"):
        return _error("TransactionConflictException", message=_ONGOING)
    return None


def throttling() -> Response:
    """Return AWS's refusal of a call over the limit."""
    return _error("ThrottlingException", message="Rate of requests exceeds the allowed throughput.")


def transaction_in_progress() -> Response:
    """Return AWS's refusal of a repeated transaction whose first attempt is still running."""
    return _error("TransactionInProgressException", Message="The transaction is already in progress.")


def _error(kind: str, **members: object) -> Response:
    return Response(400, json.dumps({"__type": f"{_TYPE}{kind}", **members}).encode())
