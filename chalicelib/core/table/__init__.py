"""What every store stands on: items of the two tables, and writes that are refused with what stands there."""

from chalicelib.core.table.connection import connection
from chalicelib.core.table.item import ConnectionsItem, DataItem
from chalicelib.core.table.writing import (
    ConditionFailed,
    conditionally,
    is_busy,
    transact,
)

__all__ = [
    "ConditionFailed",
    "ConnectionsItem",
    "DataItem",
    "conditionally",
    "connection",
    "is_busy",
    "transact",
]
