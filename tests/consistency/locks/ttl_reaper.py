"""DynamoDB's TTL, which DynamoDB Local applies too seldom."""

import time
from datetime import timedelta
from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr
from boto3.dynamodb.types import TypeSerializer

from chalicelib.core.dynamodb import keys
from chalicelib.core.settings import settings
from tests.consistency.table_reader import REGION, Fields

_serialize = TypeSerializer().serialize


class TTLReaper:
    """Removes the items of locks whose TTL has expired."""

    def __init__(self, endpoint: str) -> None:
        resource: Any = boto3.resource("dynamodb", REGION, endpoint_url=endpoint)
        self._table = resource.Table(settings().table_name)
        self.removed = 0

    def expired_items(self, clock_offset: timedelta) -> list[Fields]:
        """Return the locks' items whose TTL has expired, with the clocks so much ahead."""
        now = int(time.time() + clock_offset.total_seconds())
        # Strictly before `now`, as in DynamoDB. Other items are not removed.
        condition = Attr("sk").eq(keys.LOCK) & Attr("ttl").lt(now)
        found: dict[str, Any] = self._table.scan(FilterExpression=condition, ConsistentRead=True)
        items: list[Fields] = found["Items"]
        while "LastEvaluatedKey" in found:
            found = self._table.scan(
                FilterExpression=condition, ConsistentRead=True, ExclusiveStartKey=found["LastEvaluatedKey"]
            )
            items += found["Items"]
        return items

    def remove(self, items: list[Fields]) -> list[tuple[str, Fields]]:
        """Delete each item whose TTL is unchanged. Returns the partitions and images of those."""
        gone = []
        for item in items:
            try:
                self._table.delete_item(
                    Key={"pk": item["pk"], "sk": item["sk"]}, ConditionExpression=Attr("ttl").eq(item["ttl"])
                )
            except self._table.meta.client.exceptions.ConditionalCheckFailedException:
                continue
            self.removed += 1
            gone.append((str(item["pk"]), {name: _serialize(value) for name, value in item.items()}))
        return gone
