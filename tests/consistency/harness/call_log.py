"""The calls to DynamoDB as the proxy saw them, with their faults and the versions that they wrote."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.consistency.harness.nemesis import Fault
from tests.consistency.proxy import Request, Response

# One version of one item: partition key, sort key, version; 0 for an item that is put without one.
ItemVersion = tuple[str, str, int]


@dataclass(frozen=True)
class Call:
    """One call. `began` and `ended` are nanoseconds of the machine's own clock, which all processes share."""

    client: str
    operation: str
    fault: Fault | None
    began: int
    ended: int
    versions: tuple[ItemVersion, ...]


class CallLog:
    """Keeps the calls in the order in which they ended."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def record(
        self, request: Request, client: str, fault: Fault | None, began: int, response: Response | None
    ) -> None:
        """Keep one call. `response` is the database's own, even if the caller never got it."""
        written = tuple(_versions_in(request, response)) if response and response.status == 200 else ()
        self.calls.append(Call(client, request.operation, fault, began, time.monotonic_ns(), written))


def _versions_in(request: Request, response: Response) -> Iterator[ItemVersion]:
    """Yield the versions that a call wrote, as far as it names them."""
    if request.operation == "UpdateItem":
        key = json.loads(request.body)["Key"]
        yield from _version(key, json.loads(response.body).get("Attributes", {}))
    elif request.operation == "PutItem":
        item = json.loads(request.body)["Item"]
        yield from _version(item, item)
    elif request.operation == "TransactWriteItems":
        for part in json.loads(request.body)["TransactItems"]:
            if put := part.get("Put"):
                yield from _version(put["Item"], {"version": {"N": "0"}, **put["Item"]})


def _version(key: dict[str, Any], attributes: dict[str, Any]) -> Iterator[ItemVersion]:
    if "version" in attributes:
        yield key["pk"]["S"], key["sk"]["S"], int(attributes["version"]["N"])
