"""Structured logs: one JSON object a line."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools.logging import Logger


@cache
def logger() -> "Logger":
    """Return the logger of this process.

    Powertools' own variables give its service name and level. Powertools is imported by the first line that is
    logged: a queue's function that succeeds logs none.
    """
    from aws_lambda_powertools.logging import Logger

    return Logger(service="holdfast", use_rfc3339=True)
