"""The data table's stream."""

from typing import Any

import app
from chalicelib.core.settings import settings
from tests.driver.aws import REGION, client


class Stream:
    """The data table's stream, pumped through the function that AWS would call."""

    def __init__(self) -> None:
        self._client = client("dynamodbstreams", endpoint_url=f"https://streams.dynamodb.{REGION}.amazonaws.com")
        self._seen = 0

    def records(self) -> list[dict[str, Any]]:
        """Every record since the table was made, as a function gets them."""
        table = client("dynamodb").describe_table(TableName=settings().table_name)["Table"]
        arn = table["LatestStreamArn"]
        (shard,) = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found: list[dict[str, Any]] = self._client.get_records(ShardIterator=iterator)["Records"]
        return found

    def locks(self) -> list[dict[str, Any]]:
        """The records of locks alone."""
        return [record for record in self.records() if record["dynamodb"]["Keys"]["sk"]["S"] == "LOCK"]

    def pump(self) -> list[dict[str, str]]:
        """Deliver what is new; the failures that the function reports."""
        records = self.records()[self._seen :]
        self._seen += len(records)
        return self.deliver(records)

    def deliver(self, records: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Deliver these records, for the first time or again."""
        if not records:
            return []
        answer = app.on_change({"Records": records}, None)
        failures: list[dict[str, str]] = answer["batchItemFailures"]
        return failures
