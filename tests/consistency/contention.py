"""A DynamoDB in great demand: AWS reports colliding transactions, the engine for tests never does."""

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
    """An endpoint before that one, which refuses a share of the writes as AWS does when transactions collide."""
    rng = seeded_random(1)

    def intercept(request: Request, forward: Forward) -> Response:
        refusal = transaction_conflict(request) if rng.random() < CONFLICT_RATE else None
        return refusal or forward(request)

    with run_proxy(endpoint, intercept) as address:
        yield address


def transaction_conflict(request: Request) -> Response | None:
    """AWS's refusal while another transaction is in the way, None for a call that it would not refuse so."""
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
    """AWS's refusal of a call that is one too many."""
    return _error("ThrottlingException", message="Rate of requests exceeds the allowed throughput.")


def transaction_in_progress() -> Response:
    """AWS's refusal of a transaction that was sent again while its first sending still goes on."""
    return _error("TransactionInProgressException", Message="The transaction is already in progress.")


def _error(kind: str, **members: object) -> Response:
    return Response(400, json.dumps({"__type": f"{_TYPE}{kind}", **members}).encode())
