"""The tables, the stream and the keys."""

import json
import re
from typing import Any

import pytest

from chalicelib.core.dynamodb import keys
from infra import schema
from tests.infra.conftest import Resources

# The items whose changes start each function of the stream, by sort key or its prefix.
WATCHED: dict[str, list[object]] = {
    "OnChange": [keys.LOCK, keys.APPOINTMENT, keys.HOLD, {"prefix": f"{keys.HOUR}#"}, {"prefix": keys.member("")}],
    "OnHistory": [keys.LOCK, keys.LOCK_ATTEMPTS],
}


def test_both_tables_have_ttl(resources: Resources) -> None:
    for table in ("DataTable", "ConnectionsTable"):
        expiry = resources[table]["Properties"]["TimeToLiveSpecification"]
        assert expiry == {"AttributeName": "ttl", "Enabled": True}


def test_data_table_has_recovery_and_encryption(resources: Resources) -> None:
    data = resources["DataTable"]["Properties"]
    assert data["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert data["SSESpecification"] == {"SSEEnabled": True}


def test_only_data_table_has_a_stream_of_both_images(resources: Resources) -> None:
    assert resources["DataTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert "StreamSpecification" not in resources["ConnectionsTable"]["Properties"]


def test_test_tables_equal_the_template(resources: Resources) -> None:
    described = {table.logical_id: table.arguments["KeySchema"] for table in schema.tables()}
    assert described == {
        logical_id: resource["Properties"]["KeySchema"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


def test_first_signing_key_is_generated_by_aws(resources: Resources) -> None:
    made = resources["JwtKeys"]["Properties"]["GenerateSecretString"]
    assert json.loads(made["SecretStringTemplate"]) == {}
    assert re.fullmatch(r"\d{4}", made["GenerateStringKey"])
    assert made["PasswordLength"] >= 64


@pytest.mark.parametrize("function", WATCHED)
def test_stream_batches_may_fail_partially(function: str, functions: Resources) -> None:
    source = _event_source(function, functions)
    assert source["Stream"] == {"Fn::GetAtt": ["DataTable", "StreamArn"]}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BisectBatchOnFunctionError"] is True
    assert source["StartingPosition"] == "TRIM_HORIZON"
    assert 1 < source["MaximumRetryAttempts"] <= 10


def test_stream_has_at_most_two_readers(functions: Resources) -> None:
    events = [event["Type"] for function in functions.values() for event in function.get("Events", {}).values()]
    assert events.count("DynamoDB") == len(WATCHED) == 2


@pytest.mark.parametrize("function", WATCHED)
def test_unprocessed_records_are_kept_for_two_weeks(
    function: str, functions: Resources, resources: Resources
) -> None:
    failed, queue = _event_source(function, functions)["DestinationConfig"]["OnFailure"], f"{function}DeadLetters"
    assert failed == {"Type": "SQS", "Destination": {"Fn::GetAtt": [queue, "Arn"]}}
    assert resources[queue]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize("function", WATCHED)
def test_stream_filter_selects_relevant_changes(function: str, functions: Resources) -> None:
    (only,) = _event_source(function, functions)["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == {"dynamodb": {"Keys": {"sk": {"S": WATCHED[function]}}}}


def _event_source(function: str, functions: Resources) -> dict[str, Any]:
    source: dict[str, Any] = functions[function]["Events"][f"{function}DynamodbEventSource"]["Properties"]
    return source
