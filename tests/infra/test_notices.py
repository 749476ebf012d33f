"""How patients come to be told: a FIFO queue, a group for each appointment, and no more mails than SES takes."""

from typing import Any

from tests.infra.conftest import Resources

DAY_SECONDS = 24 * 3600
# What one message takes when SES does not answer: two attempts of a connection and an answer.
SLOWEST_MAIL_SECONDS = 14


def test_a_message_that_fails_takes_no_other_appointment_with_it(functions: Resources) -> None:
    source = _source(functions)
    assert source["Queue"] == {"Fn::GetAtt": ["NoticeQueue", "Arn"]}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["MaximumBatchingWindowInSeconds"] == {"Ref": "AWS::NoValue"}


def test_a_batch_fits_into_the_time_of_its_function(functions: Resources) -> None:
    assert _source(functions)["BatchSize"] * SLOWEST_MAIL_SECONDS < functions["OnNotice"]["Timeout"]


def test_no_more_functions_send_than_ses_takes_mails_from(functions: Resources) -> None:
    assert _source(functions)["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_the_changes_of_an_appointment_are_told_in_order_and_wait_for_no_other(resources: Resources) -> None:
    queue = _queue(resources, "NoticeQueue")
    assert queue["FifoQueue"] is True
    assert queue["DeduplicationScope"] == "messageGroup"
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"


def test_a_message_is_not_brought_again_while_it_is_worked_on(functions: Resources, resources: Resources) -> None:
    assert _queue(resources, "NoticeQueue")["VisibilityTimeout"] >= 3 * functions["OnNotice"]["Timeout"]


def test_a_message_that_fails_for_long_is_kept_for_two_weeks(resources: Resources) -> None:
    redrive = _queue(resources, "NoticeQueue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["NoticeDeadLetters", "Arn"]}
    assert redrive["maxReceiveCount"] == 8
    letters = _queue(resources, "NoticeDeadLetters")
    assert letters["FifoQueue"] is True
    assert letters["MessageRetentionPeriod"] == 14 * DAY_SECONDS


def _source(functions: Resources) -> dict[str, Any]:
    source: dict[str, Any] = functions["OnNotice"]["Events"]["OnNoticeSqsEventSource"]["Properties"]
    return source


def _queue(resources: Resources, logical_id: str) -> dict[str, Any]:
    queue: dict[str, Any] = resources[logical_id]["Properties"]
    return queue
