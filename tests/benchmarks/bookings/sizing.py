"""Write units by AWS's rules, from the sizes of what a transaction found and left.

DynamoDB Local does not add up what a transaction's parts consume, so this does. Every part counts twice (AWS's
guide, "Amazon DynamoDB transactions": one write to prepare and one to commit), by the larger of the item before
and after, for each KB begun. An index entry follows the commit and counts once; one that moves is removed and put.
"""

from math import ceil
from typing import Any

Part = dict[str, Any]
Item = dict[str, Any]
_KB = 1024
_INDEXES = ("gsi1", "gsi2")


def size_of(item: Item) -> int:
    """Return the bytes of an item, as AWS counts them: names and values of all attributes."""
    return sum(len(name.encode()) + _size_of_value(value) for name, value in item.items())


def _size_of_value(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content.strip("-").rstrip("0")) // 2 + 2
    if kind == "M":
        return 3 + len(content) + size_of(content)
    if kind == "L":
        return 3 + len(content) + sum(_size_of_value(each) for each in content)
    return 1


def units_of(before: Item, after: Item) -> float:
    """Return the write units of one part of a transaction with its index entries."""
    units = 2 * _begun(max(size_of(before), size_of(after)))
    return units + sum(_units_of_index(name, before, after) for name in _INDEXES) * (before != after)


def _units_of_index(name: str, before: Item, after: Item) -> int:
    old, new = (
        tuple(item[name + key]["S"] for key in ("pk", "sk") if name + key in item) for item in (before, after)
    )
    if old == new:
        return _begun(size_of(after)) if new else 0
    return (_begun(size_of(before)) if old else 0) + (_begun(size_of(after)) if new else 0)


def _begun(size: int) -> int:
    return max(1, ceil(size / _KB))


def key_of(part: Part) -> tuple[str, Item]:
    """Return table and key of a part of a transaction."""
    ((_, operation),) = part.items()
    of = operation.get("Key") or operation["Item"]
    return operation["TableName"], {name: of[name] for name in ("pk", "sk")}
