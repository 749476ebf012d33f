"""The alternative layout, one item for each cell, written in place of hour buckets."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.core.dynamodb.connection import connection

Part = dict[str, Any]
_SHEET = "#TIME#"
_ASSIGNMENT = re.compile(r"(#\d+) = (:\d+)")


@contextmanager
def one_item_each() -> Iterator[None]:
    """Write cells in place of hour buckets inside the block."""
    events = connection.client.meta.events

    def rewrite(params: dict[str, Any], **_: object) -> None:
        parts = [part for each in params["TransactItems"] for part in _rewritten(each)]
        params["TransactItems"] = parts

    events.register_first("provide-client-params.dynamodb.TransactWriteItems", rewrite)
    try:
        yield
    finally:
        events.unregister("provide-client-params.dynamodb.TransactWriteItems", rewrite)


def _rewritten(part: Part) -> list[Part]:
    update = part.get("Update")
    if update is None or _SHEET not in update["Key"]["pk"]["S"]:
        return [part]
    sets, _, removes = update["UpdateExpression"].partition("REMOVE")
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    written = {names[name]: values[value] for name, value in _ASSIGNMENT.findall(sets)}
    ttl = written.pop("ttl")
    puts = [_put(update, name, {**cell["M"], "ttl": ttl}) for name, cell in written.items()]
    return puts + [_delete(update, names[name]) for name in re.findall(r"#\d+", removes)]


def _put(update: Part, name: str, cell: Part) -> Part:
    condition = "attribute_not_exists(pk) OR #until <= :now OR #by IN (%s)"
    put = _conditional(update, condition, {"#by": "by", "#until": "until"})
    numbers = [int(value["N"]) for value in update["ExpressionAttributeValues"].values() if "N" in value]
    put["ExpressionAttributeValues"][":now"] = {"N": str(max(numbers))}
    return {"Put": {**put, "Item": {**_key(update, name), **cell}}}


def _delete(update: Part, name: str) -> Part:
    delete = _conditional(update, "attribute_not_exists(pk) OR #by IN (%s)", {"#by": "by"})
    return {"Delete": {**delete, "Key": _key(update, name)}}


def _conditional(update: Part, condition: str, names: dict[str, str]) -> Part:
    """Return the condition of one cell, after the application's own."""
    texts = [value for value in update["ExpressionAttributeValues"].values() if "S" in value]
    mine = {f":m{number}": value for number, value in enumerate(texts)}
    return {
        "TableName": update["TableName"],
        "ConditionExpression": condition % ", ".join(mine),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": mine,
    }


def _key(update: Part, name: str) -> Part:
    key = update["Key"]
    return {"pk": {"S": f"{key['pk']['S']}#CELLS"}, "sk": {"S": f"{key['sk']['S']}:{name[1:]}"}}
