"""`make redrive STAGE=dev`: invoke the stream's functions again with the records of their dead letters.

A dead letter names records without holding them; the stream keeps records for 24 hours. Both functions are
idempotent.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import Cloud, stack

# Outputs of the stack with the URLs of the queues.
QUEUES = ("HistoryDeadLetterQueueUrl", "DeadLetterQueueUrl")
# The batch size of the template.
BATCH_SIZE = 100
# Longer than a whole queue takes, so that no letter is received twice.
_VISIBILITY_TIMEOUT_SECONDS = 900
_TRIMMED_CODES = {"TrimmedDataAccessException", "ResourceNotFoundException"}

Record = dict[str, Any]
# Invokes a function by name or ARN with records; returns whether it accepted all of them.
Invoke = Callable[[str, list[Record]], bool]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter: a range of one shard's records, and the function that failed.

    Both ends of the range are included.
    """

    function: str
    stream: str
    shard: str
    first: str
    last: str

    @classmethod
    def parse(cls, body: str) -> "DeadLetter":
        """Parse a message in Lambda's form."""
        message = json.loads(body)
        batch = message["DDBStreamBatchInfo"]
        return cls(
            function=message["requestContext"]["functionArn"],
            stream=batch["streamArn"],
            shard=batch["shardId"],
            first=batch["startSequenceNumber"],
            last=batch["endSequenceNumber"],
        )


@dataclass(frozen=True, slots=True)
class RedriveResult:
    """The number of completed letters, and the reason for each that stays."""

    done: int
    remaining: list[str]


def redrive(sqs: Any, streams: Any, invoke: Invoke, queue: str) -> RedriveResult:  # noqa: ANN401 - clients without stubs
    """Redeliver every letter of a queue and delete those that its function accepts."""
    done, remaining = 0, []
    for message in list(_receive_all(sqs, queue)):
        error = _redeliver(streams, invoke, message["Body"])
        if error:
            remaining.append(error)
            # Visible again for the next run, or for a person.
            sqs.change_message_visibility(
                QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        else:
            done += 1
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return RedriveResult(done, remaining)


def _receive_all(sqs: Any, queue: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    while True:
        found = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_VISIBILITY_TIMEOUT_SECONDS,
            WaitTimeSeconds=1,
        )
        if not found.get("Messages"):
            return
        yield from found["Messages"]


def _redeliver(streams: Any, invoke: Invoke, body: str) -> str | None:  # noqa: ANN401
    """Return the reason for a failure, None after success."""
    try:
        letter = DeadLetter.parse(body)
    except (ValueError, KeyError, TypeError):
        return f"This is no letter of a stream's function: {body[:200]}"
    where = f"{letter.function.rpartition(':')[2]}, {letter.shard}, {letter.first} to {letter.last}"
    try:
        records = list(read_records(streams, letter))
    except ClientError as error:
        if error.response["Error"]["Code"] not in _TRIMMED_CODES:
            raise
        return f"{where}: the stream does not have these records any more"
    batches = [records[start : start + BATCH_SIZE] for start in range(0, len(records), BATCH_SIZE)]
    # No short-circuit: every batch is delivered.
    failed = [batch for batch in batches if not invoke(letter.function, batch)]
    return f"{where}: it failed again" if failed else None


def read_records(streams: Any, letter: DeadLetter) -> Iterator[Record]:  # noqa: ANN401
    """Return the letter's records, other functions' records between them included."""
    iterator = streams.get_shard_iterator(
        StreamArn=letter.stream,
        ShardId=letter.shard,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=letter.first,
    )["ShardIterator"]
    while iterator:
        found = streams.get_records(ShardIterator=iterator)
        for record in found["Records"]:
            number = int(record["dynamodb"]["SequenceNumber"])
            if number > int(letter.last):
                return
            yield {**record, "eventSourceARN": letter.stream}
            if number == int(letter.last):
                return
        iterator = found.get("NextShardIterator")


def lambda_invoker(functions: Any) -> Invoke:  # noqa: ANN401
    """Return an invoker that calls the function and waits for its response."""

    def invoke(function: str, records: list[Record]) -> bool:
        payload = json.dumps({"Records": records}, default=_to_lambda_json).encode()
        response = functions.invoke(FunctionName=function, Payload=payload)
        result = json.loads(response["Payload"].read() or b"null")
        return "FunctionError" not in response and result == {"batchItemFailures": []}

    return invoke


def _to_lambda_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(type(value))


def main() -> None:
    """Redrive both queues of a stage. Prints the letters that stay and then returns 1."""
    stage = os.environ.get("STAGE")
    if not stage:
        raise SystemExit("Name the stage: make redrive STAGE=dev")
    try:
        outcomes = _redrive_stage(Cloud(), stage)
    except (BotoCoreError, ClientError) as failure:
        raise SystemExit(f"Not done: {failure}") from None
    if any(outcome.remaining for outcome in outcomes):
        raise SystemExit(1)


def _redrive_stage(cloud: Cloud, stage: str) -> list[RedriveResult]:
    name = f"holdfast-{stage}"
    if stack.find(cloud, name) is None:
        raise SystemExit(f"There is no stack {name}.")
    outputs = stack.outputs(cloud, name)
    return [_redrive_queue(cloud, outputs[output]) for output in QUEUES]


def _redrive_queue(cloud: Cloud, queue: str) -> RedriveResult:
    client: Any = cloud.session.client
    outcome = redrive(client("sqs"), client("dynamodbstreams"), lambda_invoker(client("lambda")), queue)
    print(f"{queue.rpartition('/')[2]}: {outcome.done} done, {len(outcome.remaining)} left")
    for fault in outcome.remaining:
        print(f"  {fault}")
    return outcome


if __name__ == "__main__":
    main()
