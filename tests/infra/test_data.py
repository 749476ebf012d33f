"""The tables, the stream and the keys."""

import json
import re
from typing import Any

import pytest

from chalicelib.core.dynamodb import keys
from infra import schema
from tests.infra.conftest import Resources

# Which items' changes each follower of the stream is told, by their sort keys or by how those begin.
WATCHED: dict[str, list[object]] = {
    "OnChange": [keys.LOCK, keys.APPOINTMENT, keys.HOLD, {"prefix": f"{keys.HOUR}#"}, {"prefix": keys.member("")}],
    "OnHistory": [keys.LOCK, keys.LOCK_ATTEMPTS],
}


def test_items_of_both_tables_expire(resources: Resources) -> None:
    for table in ("DataTable", "ConnectionsTable"):
        expiry = resources[table]["Properties"]["TimeToLiveSpecification"]
        assert expiry == {"AttributeName": "ttl", "Enabled": True}


def test_the_data_can_be_restored_to_any_second_and_is_encrypted(resources: Resources) -> None:
    data = resources["DataTable"]["Properties"]
    assert data["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert data["SSESpecification"] == {"SSEEnabled": True}


def test_only_the_data_is_streamed_before_and_after(resources: Resources) -> None:
    assert resources["DataTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert "StreamSpecification" not in resources["ConnectionsTable"]["Properties"]


def test_tests_make_their_tables_from_the_template(resources: Resources) -> None:
    described = {table.logical_id: table.arguments["KeySchema"] for table in schema.tables()}
    assert described == {
        logical_id: resource["Properties"]["KeySchema"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


def test_the_first_key_is_made_where_nobody_sees_it(resources: Resources) -> None:
    made = resources["JwtKeys"]["Properties"]["GenerateSecretString"]
    assert json.loads(made["SecretStringTemplate"]) == {}
    assert re.fullmatch(r"\d{4}", made["GenerateStringKey"])
    assert made["PasswordLength"] >= 64


@pytest.mark.parametrize("function", WATCHED)
def test_the_stream_reaches_its_function_in_batches_that_may_fail_in_part(
    function: str, functions: Resources
) -> None:
    source = _event_source(function, functions)
    assert source["Stream"] == {"Fn::GetAtt": ["DataTable", "StreamArn"]}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BisectBatchOnFunctionError"] is True
    assert source["StartingPosition"] == "TRIM_HORIZON"
    assert 1 < source["MaximumRetryAttempts"] <= 10


def test_a_stream_has_no_more_readers_than_it_serves_at_full_speed(functions: Resources) -> None:
    events = [event["Type"] for function in functions.values() for event in function.get("Events", {}).values()]
    assert events.count("DynamoDB") == len(WATCHED) == 2


@pytest.mark.parametrize("function", WATCHED)
def test_what_cannot_be_processed_is_kept_for_two_weeks(
    function: str, functions: Resources, resources: Resources
) -> None:
    failed, queue = _event_source(function, functions)["DestinationConfig"]["OnFailure"], f"{function}DeadLetters"
    assert failed == {"Type": "SQS", "Destination": {"Fn::GetAtt": [queue, "Arn"]}}
    assert resources[queue]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize("function", WATCHED)
def test_only_changes_that_concern_it_start_a_function(function: str, functions: Resources) -> None:
    (only,) = _event_source(function, functions)["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == {"dynamodb": {"Keys": {"sk": {"S": WATCHED[function]}}}}


def _event_source(function: str, functions: Resources) -> dict[str, Any]:
    source: dict[str, Any] = functions[function]["Events"][f"{function}DynamodbEventSource"]["Properties"]
    return source
