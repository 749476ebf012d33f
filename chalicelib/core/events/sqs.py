"""The SQS client."""

from functools import cache
from threading import Lock
from typing import Any

_CLIENT_LOCK = Lock()


def client() -> Any:  # noqa: ANN401 - botocore's clients have no static type
    """Return the client of this process, made by the first thread that asks for it.

    A lock guards botocore's session, which is not thread-safe. Timeouts are short: botocore's default of a minute
    would take all the time that a function has.
    """
    with _CLIENT_LOCK:
        return _client()


@cache
def _client() -> Any:  # noqa: ANN401 - no static type, as above
    from botocore.config import Config

    from chalicelib.core.dynamodb.connection import connection

    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
    return connection.session.create_client("sqs", config=config)
