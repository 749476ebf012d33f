"""Reads items and stream of a DynamoDB, without the application's code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key
from boto3.dynamodb.types import TypeDeserializer

from chalicelib.core.dynamodb import keys
from chalicelib.core.settings import settings

REGION = "us-east-1"
Fields = dict[str, Any]
_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True)
class ItemChange:
    """One write of an item: its keys, its fields, and the fields before."""

    partition: str
    kind: str
    new: Fields
    old: Fields


class TableReader:
    """Reads the data table of one DynamoDB."""

    def __init__(self, endpoint: str) -> None:
        self._table = boto3.resource("dynamodb", REGION, endpoint_url=endpoint).Table(settings().table_name)
        self._streams = boto3.client("dynamodbstreams", REGION, endpoint_url=endpoint)

    def items(self, partition: str) -> dict[str, Fields]:
        """Return the items of a partition, by sort key."""
        wanted: dict[str, Any] = {"KeyConditionExpression": Key("pk").eq(partition), "ConsistentRead": True}
        found = self._table.query(**wanted)
        items = list(found["Items"])
        while "LastEvaluatedKey" in found:
            found = self._table.query(**wanted, ExclusiveStartKey=found["LastEvaluatedKey"])
            items += found["Items"]
        return {str(item["sk"]): item for item in items}

    def all_items(self) -> list[Fields]:
        """Return all items of the table."""
        found = self._table.scan(ConsistentRead=True)
        items = list(found["Items"])
        while "LastEvaluatedKey" in found:
            found = self._table.scan(ConsistentRead=True, ExclusiveStartKey=found["LastEvaluatedKey"])
            items += found["Items"]
        return items

    def appointment(self, tenant_id: str, appointment_id: str) -> dict[str, Fields]:
        """Return an appointment, its lock and its revisions, by sort key."""
        return self.items(keys.AppointmentKey(tenant_id, appointment_id).partition)

    def changes_of(self, tenant_id: str, appointment_id: str) -> list[ItemChange]:
        """Return the writes to an appointment, its lock and its revisions, in the order of commits."""
        partition = keys.AppointmentKey(tenant_id, appointment_id).partition
        return [change for change in self.changes() if change.partition == partition]

    def changes(self) -> list[ItemChange]:
        """Return all writes to the table, in the order of commits."""
        return [_change(record) for record in self.records()]

    def records(self) -> Iterator[Any]:
        """Yield the records of the table's stream, as a function gets them."""
        arn = self._table.latest_stream_arn
        description = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]
        for shard in description["Shards"]:
            iterator = self._streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while (answer := self._streams.get_records(ShardIterator=iterator))["Records"]:
                for record in answer["Records"]:
                    change = record["dynamodb"]
                    # The client returns a date where a function gets seconds.
                    at = change["ApproximateCreationDateTime"].timestamp()
                    yield {**record, "dynamodb": {**change, "ApproximateCreationDateTime": at}}
                iterator = answer["NextShardIterator"]


def _change(record: Any) -> ItemChange:
    image = record["dynamodb"]
    key = image["Keys"]
    return ItemChange(
        key["pk"]["S"], key["sk"]["S"], _fields(image.get("NewImage")), _fields(image.get("OldImage"))
    )


def _fields(image: Any) -> Fields:
    return {name: _deserialize(value) for name, value in (image or {}).items()}
