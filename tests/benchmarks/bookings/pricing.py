"""Counts the calls to the table and their consumption."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import boto3

from chalicelib.core.dynamodb.connection import connection
from tests.benchmarks.bookings.sizing import Item, key_of, units_of


@dataclass
class Consumption:
    """Calls, read units as the engine counts them, calculated write units, and written items."""

    calls: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    items: int = 0


@contextmanager
def counting() -> Iterator[Consumption]:
    """Count the calls of this process inside the block, which slows them down."""
    bill, events = Consumption(), connection.client.meta.events
    beside: Any = boto3.client("dynamodb")
    open_parts: list[tuple[str, Item, Item]] = []

    def find(table: str, key: Item) -> Item:
        found: Item = beside.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return found

    def ask(params: dict[str, Any], **_: object) -> None:
        if "TransactItems" not in params:
            params["ReturnConsumedCapacity"] = "TOTAL"
            return
        parts = params["TransactItems"]
        bill.items += sum("ConditionCheck" not in part for part in parts)
        open_parts[:] = [(*key_of(part), find(*key_of(part))) for part in parts]

    def add(parsed: dict[str, Any], **_: object) -> None:
        bill.calls += 1
        bill.read_units += parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
        bill.write_units += sum(units_of(before, find(table, key)) for table, key, before in open_parts)
        open_parts.clear()

    events.register("provide-client-params.dynamodb", ask)
    events.register("after-call.dynamodb", add)
    try:
        yield bill
    finally:
        events.unregister("provide-client-params.dynamodb", ask)
        events.unregister("after-call.dynamodb", add)


@contextmanager
def timing() -> Iterator[list[float]]:
    """Measure the milliseconds of the block."""
    taken: list[float] = []
    began = perf_counter()
    yield taken
    taken.append((perf_counter() - began) * 1000)
