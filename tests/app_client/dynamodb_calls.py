"""DynamoDB calls of the app in this process, counted where they leave: on botocore's client."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.core.dynamodb.connection import connection
from chalicelib.core.security.revocation import revocation_list
from tests.figures import report_line

RATE_LIMIT = "UpdateItem (rate limit)"


@contextmanager
def calls_of(operation: str) -> Iterator[list[str]]:
    """Collect the names of the calls made inside, and print them at the end of the run."""
    with counted() as made:
        yield made
    report_line("DynamoDB calls per operation", operation, f"{len(made)}  {operation:<34}{', '.join(made)}")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the names of the calls made inside; a rate limit's call has a name of its own.

    The revocation list is read beforehand, as in a warm process.
    """
    made: list[str] = []
    revocation_list.cache_clear()
    revocation_list().contains("nobody", "nobody")

    def count(model: Any, params: dict[str, Any], **_: object) -> None:
        is_limit = any(mark in params["body"] for mark in (b"#ATTEMPTS#", b"#REQUESTS#"))
        made.append(RATE_LIMIT if is_limit else model.name)

    events = connection.client.meta.events
    events.register("before-call.dynamodb", count)
    try:
        yield made
    finally:
        events.unregister("before-call.dynamodb", count)


@contextmanager
def before_first(operation: str, action: Callable[[], object]) -> Iterator[None]:
    """Run an action just before the first call of an operation leaves, as another process would in a race."""
    event, events = f"before-call.dynamodb.{operation}", connection.client.meta.events

    def interrupt(**_: object) -> None:
        events.unregister(event, interrupt)
        action()

    events.register(event, interrupt)
    try:
        yield
    finally:
        events.unregister(event, interrupt)


@contextmanager
def consistency_of_queries(partition: str) -> Iterator[list[bool]]:
    """Collect, for each query made inside of a partition whose key has this part, whether it is consistent."""
    event, events = "provide-client-params.dynamodb.Query", connection.client.meta.events
    made: list[bool] = []

    def collect(params: dict[str, Any], **_: object) -> None:
        if partition in str(params["ExpressionAttributeValues"]):
            made.append(params.get("ConsistentRead", False))

    events.register(event, collect)
    try:
        yield made
    finally:
        events.unregister(event, collect)
