"""boto3 clients, one for each service, because creating one takes longer than most tests."""

from functools import cache
from typing import Any

import boto3

REGION = "us-east-1"


@cache
def client(service: str, **how: str) -> Any:
    """Return a boto3 client of this service."""
    clients: Any = boto3
    return clients.client(service, REGION, **how)
