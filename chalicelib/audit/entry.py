"""Where the stream's events become calls of this room's use cases."""

from typing import Any

from chalice.app import DynamoDBEvent

from chalicelib.audit.service import keeping
from chalicelib.core.batch import one_by_one


def history(event: DynamoDBEvent) -> dict[str, Any]:
    """Write down what each record tells; the answer names those that failed."""
    return one_by_one(event.to_dict(), keeping.follow, "DynamoDBStreams")
