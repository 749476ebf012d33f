"""AWS's own view of what the app keeps: one client a service, because making one takes longer than most tests."""

from functools import cache
from typing import Any

import boto3

REGION = "us-east-1"


@cache
def client(service: str, **how: str) -> Any:
    """A boto3 client of this service."""
    clients: Any = boto3
    return clients.client(service, REGION, **how)
