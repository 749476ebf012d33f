"""DynamoDB calls of the app in this process, counted where they leave: on botocore's client."""

from collections.abc import Iterator
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
