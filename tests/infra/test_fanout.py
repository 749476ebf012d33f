"""Fan-out to big audiences: a FIFO queue with a message group for each part of an audience."""

from datetime import timedelta
from typing import Any

from chalicelib.realtime.fanout import QUEUED_MARGIN, QUEUED_TTL
from tests.infra.conftest import Resources

DAY_SECONDS = 24 * 3600
# The longest time that a function takes to send its messages, plus the difference of clocks.
OUTLIVES_ITS_SENDER = timedelta(seconds=60)


def test_fanout_message_is_processed_alone(functions: Resources) -> None:
    source = _source(functions)
    assert source["Queue"] == {"Fn::GetAtt": ["FanoutQueue", "Arn"]}
    assert source["BatchSize"] == 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_fanout_mapping_has_no_batching_window(functions: Resources) -> None:
    assert _source(functions)["MaximumBatchingWindowInSeconds"] == {"Ref": "AWS::NoValue"}


def test_fanout_groups_are_independent(resources: Resources) -> None:
    queue = _queue(resources, "FanoutQueue")
    assert queue["FifoQueue"] is True
    assert queue["DeduplicationScope"] == "messageGroup"
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"
    assert queue["ContentBasedDeduplication"] is False


def test_fanout_visibility_outlasts_the_function(functions: Resources, resources: Resources) -> None:
    timeout = functions["OnFanout"]["Timeout"]
    assert timeout < _queue(resources, "FanoutQueue")["VisibilityTimeout"] <= 2 * timeout


def test_fanout_messages_expire_before_split_ends(resources: Resources) -> None:
    queue = _queue(resources, "FanoutQueue")
    lives = timedelta(seconds=queue["MessageRetentionPeriod"] + queue["VisibilityTimeout"])
    assert lives + OUTLIVES_ITS_SENDER <= QUEUED_MARGIN < QUEUED_TTL


def test_fanout_message_failing_five_times_is_kept(resources: Resources) -> None:
    assert _queue(resources, "FanoutQueue")["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["FanoutDeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }
    dead_letters = _queue(resources, "FanoutDeadLetters")
    assert dead_letters["FifoQueue"] is True
    assert dead_letters["MessageRetentionPeriod"] == 14 * DAY_SECONDS


def _source(functions: Resources) -> dict[str, Any]:
    source: dict[str, Any] = functions["OnFanout"]["Events"]["OnFanoutSqsEventSource"]["Properties"]
    return source


def _queue(resources: Resources, logical_id: str) -> dict[str, Any]:
    queue: dict[str, Any] = resources[logical_id]["Properties"]
    return queue
