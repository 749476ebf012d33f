"""Structured logs, one JSON object a line, from one place."""

from functools import cache

from aws_lambda_powertools.logging import Logger


@cache
def logger() -> Logger:
    """The logger of this process; service name and level come from Powertools' own variables."""
    return Logger(service="holdfast", use_rfc3339=True)
