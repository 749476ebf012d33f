"""Notifications: a FIFO queue with a group for each appointment, within the limits of SES."""

from typing import Any

from tests.infra.conftest import Resources

DAY_SECONDS = 24 * 3600
# The time of one message without a response of SES: two attempts, each to connect and to read.
SLOWEST_MAIL_SECONDS = 14


def test_failed_notification_blocks_no_other_appointment(functions: Resources) -> None:
    source = _source(functions)
    assert source["Queue"] == {"Fn::GetAtt": ["NoticeQueue", "Arn"]}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["MaximumBatchingWindowInSeconds"] == {"Ref": "AWS::NoValue"}


def test_notification_batch_fits_into_the_timeout(functions: Resources) -> None:
    assert _source(functions)["BatchSize"] * SLOWEST_MAIL_SECONDS < functions["OnNotice"]["Timeout"]


def test_notification_concurrency_fits_ses_limit(functions: Resources) -> None:
    assert _source(functions)["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_notifications_are_ordered_by_appointment(resources: Resources) -> None:
    queue = _queue(resources, "NoticeQueue")
    assert queue["FifoQueue"] is True
    assert queue["DeduplicationScope"] == "messageGroup"
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"


def test_notification_visibility_outlasts_the_function(functions: Resources, resources: Resources) -> None:
    assert _queue(resources, "NoticeQueue")["VisibilityTimeout"] >= 3 * functions["OnNotice"]["Timeout"]


def test_notification_failing_repeatedly_is_kept(resources: Resources) -> None:
    redrive = _queue(resources, "NoticeQueue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["NoticeDeadLetters", "Arn"]}
    assert redrive["maxReceiveCount"] == 8
    dead_letters = _queue(resources, "NoticeDeadLetters")
    assert dead_letters["FifoQueue"] is True
    assert dead_letters["MessageRetentionPeriod"] == 14 * DAY_SECONDS


def _source(functions: Resources) -> dict[str, Any]:
    source: dict[str, Any] = functions["OnNotice"]["Events"]["OnNoticeSqsEventSource"]["Properties"]
    return source


def _queue(resources: Resources, logical_id: str) -> dict[str, Any]:
    queue: dict[str, Any] = resources[logical_id]["Properties"]
    return queue
