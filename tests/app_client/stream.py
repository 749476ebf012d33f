"""The stream of the data table."""

import time
from typing import Any

from chalice.app import DynamoDBEvent

import app
from chalicelib import stream
from chalicelib.core.settings import settings
from chalicelib.realtime.management_api.delivery import ManagementApi
from tests.app_client.aws import REGION, client


class Stream:
    """Delivers the records of the data table to the stream's function."""

    def __init__(self) -> None:
        self._client = client("dynamodbstreams", endpoint_url=f"https://streams.dynamodb.{REGION}.amazonaws.com")
        self._shard: dict[str, str] | None = None
        self._records: list[dict[str, Any]] = []
        self._seen = 0

    def records(self) -> list[dict[str, Any]]:
        """Return all records, as a function gets them."""
        # moto replaces the shard when it rolls a transaction back, so that an iterator is valid only once.
        for record in self._client.get_records(ShardIterator=self._iterator())["Records"]:
            # The client returns a date where a function gets seconds.
            record["dynamodb"]["ApproximateCreationDateTime"] = time.time()
            self._records.append(record)
        return list(self._records)

    def _iterator(self) -> str:
        if self._shard is None:
            table = client("dynamodb").describe_table(TableName=settings().table_name)["Table"]
            arn = table["LatestStreamArn"]
            (shard,) = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
            self._shard = {"StreamArn": arn, "ShardId": shard["ShardId"]}
        place = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._records:
            last = self._records[-1]["dynamodb"]["SequenceNumber"]
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}
        iterator: str = self._client.get_shard_iterator(**self._shard, **place)["ShardIterator"]
        return iterator

    def locks(self) -> list[dict[str, Any]]:
        """Return the records of locks."""
        return [record for record in self.records() if record["dynamodb"]["Keys"]["sk"]["S"] == "LOCK"]

    def pump(self, api: ManagementApi | None = None) -> list[dict[str, str]]:
        """Deliver new records. Returns the failures that the function reports."""
        records = self.records()[self._seen :]
        self._seen += len(records)
        return self.deliver(records, api)

    def deliver(
        self, records: list[dict[str, Any]], api: ManagementApi | None = None, context: Any = None
    ) -> list[dict[str, str]]:
        """Deliver these records, perhaps again; `context` has the function's remaining time."""
        if not records:
            return []
        event = {"Records": records}
        if api is None:
            answer = app.on_change(event, context)
        else:
            answer = stream.on_change(DynamoDBEvent(event, context), api)
        failures: list[dict[str, str]] = answer["batchItemFailures"]
        return failures
