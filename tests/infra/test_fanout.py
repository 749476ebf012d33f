"""How a big audience is told: a FIFO queue, a message for each group, and order within the group."""

from datetime import timedelta
from typing import Any

from chalicelib.realtime.fanout import QUEUED_MARGIN, QUEUED_TTL
from tests.infra.conftest import Resources

DAY_SECONDS = 24 * 3600
# As long as a function that is about to send messages may take to do it, and as clocks may differ.
OUTLIVES_ITS_SENDER = timedelta(seconds=60)


def test_each_message_has_a_function_of_its_own(functions: Resources) -> None:
    source = _source(functions)
    assert source["Queue"] == {"Fn::GetAtt": ["FanoutQueue", "Arn"]}
    assert source["BatchSize"] == 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_it_is_asked_for_no_window_which_fifo_queues_do_not_have(functions: Resources) -> None:
    assert _source(functions)["MaximumBatchingWindowInSeconds"] == {"Ref": "AWS::NoValue"}


def test_no_group_waits_for_another(resources: Resources) -> None:
    queue = _queue(resources, "FanoutQueue")
    assert queue["FifoQueue"] is True
    assert queue["DeduplicationScope"] == "messageGroup"
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"
    assert queue["ContentBasedDeduplication"] is False


def test_a_message_comes_again_soon_but_not_while_it_is_worked_on(
    functions: Resources, resources: Resources
) -> None:
    timeout = functions["OnFanout"]["Timeout"]
    assert timeout < _queue(resources, "FanoutQueue")["VisibilityTimeout"] <= 2 * timeout


def test_no_message_is_left_when_frames_are_told_at_once_again(resources: Resources) -> None:
    queue = _queue(resources, "FanoutQueue")
    lives = timedelta(seconds=queue["MessageRetentionPeriod"] + queue["VisibilityTimeout"])
    assert lives + OUTLIVES_ITS_SENDER <= QUEUED_MARGIN < QUEUED_TTL


def test_a_message_that_fails_five_times_is_kept_for_two_weeks(resources: Resources) -> None:
    assert _queue(resources, "FanoutQueue")["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["FanoutDeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }
    letters = _queue(resources, "FanoutDeadLetters")
    assert letters["FifoQueue"] is True
    assert letters["MessageRetentionPeriod"] == 14 * DAY_SECONDS


def _source(functions: Resources) -> dict[str, Any]:
    source: dict[str, Any] = functions["OnFanout"]["Events"]["OnFanoutSqsEventSource"]["Properties"]
    return source


def _queue(resources: Resources, logical_id: str) -> dict[str, Any]:
    queue: dict[str, Any] = resources[logical_id]["Properties"]
    return queue
