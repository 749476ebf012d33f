"""Deadlines: the queue of delayed messages, and the sweep."""

from typing import Any

from tests.infra.conftest import Resources

DAY_SECONDS = 24 * 3600


def test_deadline_message_is_not_batched(functions: Resources) -> None:
    source = _source(functions)
    assert source["Queue"] == {"Fn::GetAtt": ["LockTimers", "Arn"]}
    assert source["MaximumBatchingWindowInSeconds"] == 0
    assert source["BatchSize"] <= 10


def test_failed_deadline_message_fails_alone(functions: Resources) -> None:
    assert _source(functions)["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_deadline_visibility_outlasts_the_function(functions: Resources, resources: Resources) -> None:
    """AWS recommends six times the function's timeout, to allow for throttled calls."""
    assert _queue(resources, "LockTimers")["VisibilityTimeout"] >= 6 * functions["OnDeadline"]["Timeout"]


def test_deadline_message_failing_five_times_is_kept(resources: Resources) -> None:
    assert _queue(resources, "LockTimers")["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["LockTimersDeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }
    assert _queue(resources, "LockTimersDeadLetters")["MessageRetentionPeriod"] == 14 * DAY_SECONDS


def test_sweep_runs_every_minute(functions: Resources) -> None:
    (event,) = functions["Sweep"]["Events"].values()
    assert event == {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)"}}


def test_every_queue_is_encrypted(resources: Resources) -> None:
    queues = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::SQS::Queue"]
    assert queues
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues)


def _source(functions: Resources) -> dict[str, Any]:
    source: dict[str, Any] = functions["OnDeadline"]["Events"]["OnDeadlineSqsEventSource"]["Properties"]
    return source


def _queue(resources: Resources, logical_id: str) -> dict[str, Any]:
    queue: dict[str, Any] = resources[logical_id]["Properties"]
    return queue
