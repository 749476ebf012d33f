"""The client of SQS."""

from typing import Any


def client() -> Any:  # noqa: ANN401 - botocore's clients have no static type
    """A client that gives up early: who waits for it has news to tell, and botocore's own minute would take all
    the time that a function has.
    """
    from botocore.config import Config

    from chalicelib.core.table import connection

    impatient = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
    return connection.session.create_client("sqs", config=impatient)
