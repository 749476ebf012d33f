"""Redrive: dead letters of stream functions are delivered again."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra import redrive
from infra.paths import ROOT
from infra.redrive import BATCH_SIZE, DeadLetter, Record, lambda_invoker, read_records
from infra.schema import create_tables

REGION = "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:holdfast-dev-on-history"


class Account:
    """A table with stream and dead-letter queue on moto, and a function that may fail."""

    def __init__(self) -> None:
        self.sqs: Any = boto3.client("sqs", REGION)
        self.streams: Any = boto3.client(
            "dynamodbstreams", REGION, endpoint_url=f"https://streams.dynamodb.{REGION}.amazonaws.com"
        )
        self.table: Any = boto3.client("dynamodb", REGION)
        create_tables(self.table, {"DataTable": "data", "ConnectionsTable": "connections"})
        self.stream = self.table.describe_table(TableName="data")["Table"]["LatestStreamArn"]
        self.queue = self.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        self.invocations: list[list[str]] = []
        self.failing: set[str] = set()

    def puts_items(self, count: int) -> None:
        """Put so many items into the table, named by number."""
        for number in range(count):
            self.table.put_item(TableName="data", Item={"pk": {"S": str(number)}, "sk": {"S": "LOCK"}})

    @property
    def shard(self) -> str:
        description = self.streams.describe_stream(StreamArn=self.stream)["StreamDescription"]
        return str(description["Shards"][0]["ShardId"])

    def numbers(self) -> list[str]:
        """Return the sequence numbers of all records."""
        iterator = self.streams.get_shard_iterator(
            StreamArn=self.stream, ShardId=self.shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = self.streams.get_records(ShardIterator=iterator)["Records"]
        return [record["dynamodb"]["SequenceNumber"] for record in records]

    def sends_dead_letter(self, first: int, last: int, shard: str | None = None) -> None:
        """Send a dead letter for the records from first to last."""
        numbers = self.numbers()
        batch = {
            "shardId": shard or self.shard,
            "startSequenceNumber": numbers[first],
            "endSequenceNumber": numbers[last],
            "batchSize": last - first + 1,
            "streamArn": self.stream,
        }
        body = {"requestContext": {"functionArn": FUNCTION}, "version": "1.0", "DDBStreamBatchInfo": batch}
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=json.dumps(body))

    def invoke(self, function: str, records: list[Record]) -> bool:
        """Act as the function, which fails for some items."""
        assert function == FUNCTION
        items = [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]
        self.invocations.append(items)
        return self.failing.isdisjoint(items)

    def redrives(self) -> redrive.RedriveResult:
        return redrive.redrive(self.sqs, self.streams, self.invoke, self.queue)

    def dead_letter_count(self) -> int:
        """Return the number of messages in the queue."""
        attributes = self.sqs.get_queue_attributes(
            QueueUrl=self.queue, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


def test_redrive_of_empty_queue_does_nothing(account: Account) -> None:
    assert account.redrives() == redrive.RedriveResult(0, [])
    assert account.invocations == []


def test_redrive_delivers_records_and_deletes_dead_letter(account: Account) -> None:
    account.puts_items(5)
    account.sends_dead_letter(1, 3)

    assert account.redrives() == redrive.RedriveResult(1, [])

    assert account.invocations == [["1", "2", "3"]]
    assert account.dead_letter_count() == 0


def test_redrive_keeps_dead_letter_of_failing_records(account: Account) -> None:
    account.puts_items(4)
    account.sends_dead_letter(0, 1)
    account.sends_dead_letter(2, 3)
    account.failing = {"1"}

    first = account.redrives()
    assert (first.done, account.dead_letter_count()) == (1, 1)
    (fault,) = first.remaining
    assert fault.startswith("holdfast-dev-on-history, ")
    assert fault.endswith("it failed again")

    account.failing = set()
    assert account.redrives() == redrive.RedriveResult(1, [])
    assert account.dead_letter_count() == 0


def test_redrive_delivers_in_batches_past_failures(account: Account) -> None:
    account.puts_items(2 * BATCH_SIZE + 1)
    account.sends_dead_letter(0, 2 * BATCH_SIZE)
    account.failing = {"0"}

    assert account.redrives().done == 0

    assert [len(batch) for batch in account.invocations] == [BATCH_SIZE, BATCH_SIZE, 1]


def test_redrive_reads_more_dead_letters_than_one_call(account: Account) -> None:
    account.puts_items(12)
    for number in range(12):
        account.sends_dead_letter(number, number)

    assert account.redrives().done == 12
    assert sorted(account.invocations) == sorted([str(number)] for number in range(12))


def test_redrive_keeps_unreadable_message(account: Account) -> None:
    for body in ("hello", "{}", "[]"):
        account.sqs.send_message(QueueUrl=account.queue, MessageBody=body)

    outcome = account.redrives()

    assert outcome.done == 0
    assert len(outcome.remaining) == account.dead_letter_count() == 3
    assert account.invocations == []


class Trimmed:
    """A stream whose records have expired."""

    def get_shard_iterator(self, **_: str) -> dict[str, str]:
        raise ClientError({"Error": {"Code": "TrimmedDataAccessException", "Message": "old"}}, "GetShardIterator")


def test_redrive_reports_expired_records(account: Account) -> None:
    account.puts_items(1)
    account.sends_dead_letter(0, 0)

    outcome = redrive.redrive(account.sqs, Trimmed(), account.invoke, account.queue)

    assert outcome.remaining[0].endswith("the stream does not have these records any more")
    assert account.dead_letter_count() == 1


class Pages:
    """A stream that returns a few records at a time, and sometimes none."""

    def __init__(self, *pages: list[int]) -> None:
        self._pages = pages

    def get_shard_iterator(self, **_: str) -> dict[str, str]:
        return {"ShardIterator": "0"}

    def get_records(self, *, ShardIterator: str) -> dict[str, Any]:  # noqa: N803 - as AWS names it
        page = self._pages[int(ShardIterator)]
        records = [{"dynamodb": {"SequenceNumber": str(number)}} for number in page]
        return {"Records": records, "NextShardIterator": str(int(ShardIterator) + 1)}


@pytest.mark.parametrize("pages", [Pages([9, 10], [], [11, 12]), Pages([9], [10, 11], [12]), Pages([9], [10, 12])])
def test_redrive_range_ends_at_last_sequence_number(pages: Pages) -> None:
    found = list(read_records(pages, DeadLetter(FUNCTION, "stream", "shard", "9", "11")))

    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in found]
    assert numbers == [number for number in (9, 10, 11) if number in numbers]
    assert numbers[:2] == [9, 10]
    assert {record["eventSourceARN"] for record in found} == {"stream"}


class Functions:
    """Lambda with a fixed response."""

    def __init__(self, payload: object, **more: str) -> None:
        self._answer = {"Payload": io.BytesIO(json.dumps(payload).encode()), **more}
        self.given: Any = None

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - as AWS names it
        assert FunctionName == FUNCTION
        self.given = json.loads(Payload)
        return self._answer


@pytest.mark.parametrize(
    ("functions", "could"),
    [
        (Functions({"batchItemFailures": []}), True),
        (Functions({"batchItemFailures": [{"itemIdentifier": "1"}]}), False),
        (Functions({"errorMessage": "out of time"}, FunctionError="Unhandled"), False),
        (Functions(None), False),
    ],
)
def test_redrive_counts_only_complete_success(functions: Functions, *, could: bool, account: Account) -> None:
    account.puts_items(1)
    iterator = account.streams.get_shard_iterator(
        StreamArn=account.stream, ShardId=account.shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = account.streams.get_records(ShardIterator=iterator)["Records"]

    assert lambda_invoker(functions)(FUNCTION, records) == could
    (given,) = functions.given["Records"]
    assert isinstance(given["dynamodb"]["ApproximateCreationDateTime"], (int, float))


def test_redrive_without_stage_is_refused() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.redrive"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "Name the stage: make redrive STAGE=dev\n")
