"""An operation of a client, before it is run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One use of a service.

    `request` is logged before `invoke` runs, which returns the response to log. The operation may change
    `appointment`, or any appointment if that is None.
    """

    kind: str
    request: Payload
    invoke: Callable[[], Payload]
    appointment: str | None = None
