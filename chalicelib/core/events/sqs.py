"""The client of SQS."""

from functools import cache
from threading import Lock
from typing import Any

_CLIENT_LOCK = Lock()


def client() -> Any:  # noqa: ANN401 - botocore's clients have no static type
    """The one client of this process, made by whichever thread comes first: to make one is more than all that the
    lanes of a batch have to do, and botocore's session is no place for several threads.

    It gives up early. Who waits for it has news to tell, and botocore's own minute would take all the time that a
    function has.
    """
    with _CLIENT_LOCK:
        return _client()


@cache
def _client() -> Any:  # noqa: ANN401 - the same
    from botocore.config import Config

    from chalicelib.core.dynamodb.connection import connection

    impatient = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
    return connection.session.create_client("sqs", config=impatient)
