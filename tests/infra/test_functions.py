"""Each function: a role of its own with what it needs and nothing else, and the settings that it reads."""

from dataclasses import fields
from typing import Any

import pytest

from chalicelib.core.settings import Settings
from tests.infra.conftest import Resources

DATA, CONNECTIONS = "DataTable.Arn", "ConnectionsTable.Arn"
DATA_INDEX, CONNECTIONS_INDEX = "${DataTable.Arn}/index/gsi1", "${ConnectionsTable.Arn}/index/gsi1"
STAGE_OF_SOCKETS = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebsocketAPI}/ws"
POST_TO_CONNECTIONS = f"{STAGE_OF_SOCKETS}/POST/@connections/*"
DELETE_CONNECTIONS = f"{STAGE_OF_SOCKETS}/DELETE/@connections/*"
# Beside its log group and its traces, which all have.
PERMISSIONS: dict[str, set[tuple[str, str]]] = {
    "APIHandler": {
        ("dynamodb:GetItem", DATA),
        ("dynamodb:ConditionCheckItem", DATA),
        ("dynamodb:PutItem", DATA),
        ("dynamodb:UpdateItem", DATA),
        ("dynamodb:DeleteItem", DATA),
        ("dynamodb:Query", DATA),
        ("dynamodb:Query", DATA_INDEX),
        ("dynamodb:PutItem", CONNECTIONS),
        ("secretsmanager:GetSecretValue", "JwtKeys.Id"),
    },
    "WebsocketConnect": {("dynamodb:PutItem", CONNECTIONS), ("dynamodb:DeleteItem", CONNECTIONS)},
    "WebsocketMessage": {
        ("dynamodb:GetItem", CONNECTIONS),
        ("dynamodb:PutItem", CONNECTIONS),
        ("dynamodb:DeleteItem", CONNECTIONS),
        ("dynamodb:BatchWriteItem", CONNECTIONS),
        ("dynamodb:Query", CONNECTIONS),
        ("dynamodb:Query", CONNECTIONS_INDEX),
        ("dynamodb:GetItem", DATA),
        ("execute-api:ManageConnections", POST_TO_CONNECTIONS),
        ("execute-api:ManageConnections", DELETE_CONNECTIONS),
    },
    "WebsocketDisconnect": {
        ("dynamodb:Query", CONNECTIONS),
        ("dynamodb:DeleteItem", CONNECTIONS),
        ("dynamodb:BatchWriteItem", CONNECTIONS),
        ("dynamodb:Query", CONNECTIONS_INDEX),
    },
    "OnChange": {
        ("dynamodb:DescribeStream", "DataTable.StreamArn"),
        ("dynamodb:GetRecords", "DataTable.StreamArn"),
        ("dynamodb:GetShardIterator", "DataTable.StreamArn"),
        ("dynamodb:ListStreams", "${DataTable.Arn}/stream/*"),
        ("dynamodb:Query", CONNECTIONS),
        ("dynamodb:DeleteItem", CONNECTIONS),
        ("dynamodb:BatchWriteItem", CONNECTIONS),
        ("dynamodb:Query", CONNECTIONS_INDEX),
        ("execute-api:ManageConnections", POST_TO_CONNECTIONS),
        ("execute-api:ManageConnections", DELETE_CONNECTIONS),
        ("sqs:SendMessage", "OnChangeDeadLetters.Arn"),
    },
}
TRACES = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
# For tests and tools; set by Lambda itself.
NOT_GIVEN = {"JWT_KEYS", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER"}
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
EVERY = sorted(PERMISSIONS)


def test_these_are_all_functions(functions: Resources) -> None:
    assert sorted(functions) == EVERY


@pytest.mark.parametrize("function", EVERY)
def test_it_may_do_what_it_needs_and_nothing_else(
    function: str, functions: Resources, resources: Resources
) -> None:
    log_group = functions[function]["LoggingConfig"]["LogGroup"]["Ref"]
    logs = {(action, f"{log_group}.Arn") for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    assert _permissions(functions[function], resources) == PERMISSIONS[function] | TRACES | logs


def test_no_two_functions_share_a_role_or_a_log(functions: Resources) -> None:
    roles = {str(function["Role"]) for function in functions.values()}
    logs = {str(function["LoggingConfig"]) for function in functions.values()}
    assert len(roles) == len(logs) == len(functions)


def test_no_action_is_a_wildcard_and_only_traces_name_no_resource(
    functions: Resources, resources: Resources
) -> None:
    held = set().union(*(_permissions(function, resources) for function in functions.values()))
    assert not [action for action, _ in held if "*" in action]
    assert {permission for permission in held if permission[1] == "*"} == TRACES


@pytest.mark.parametrize("function", EVERY)
def test_every_variable_that_it_is_given_is_one_that_is_read(function: str, functions: Resources) -> None:
    assert set(_variables(functions[function])) - POWERTOOLS <= _settings()


def test_the_api_is_given_every_setting(functions: Resources) -> None:
    assert set(_variables(functions["APIHandler"])) == (_settings() - NOT_GIVEN) | POWERTOOLS


@pytest.mark.parametrize("function", EVERY)
def test_it_is_given_the_stage_and_what_a_start_outside_local_needs(function: str, functions: Resources) -> None:
    needed = {"STAGE", "TABLE_NAME", "CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT", "JWT_KEYS_SECRET_ID"}
    assert needed <= set(_variables(functions[function]))


@pytest.mark.parametrize("function", EVERY)
def test_it_is_traced_and_cannot_run_for_ever(function: str, functions: Resources) -> None:
    properties = functions[function]
    api_gateway_seconds = 29
    assert properties["Tracing"] == "Active"
    assert properties["MemorySize"] == 1024
    assert properties["Timeout"] == (60 if function == "OnChange" else api_gateway_seconds)


def _settings() -> set[str]:
    return {field.metadata.get("variable", field.name.upper()) for field in fields(Settings)}


def _variables(function: dict[str, Any]) -> dict[str, Any]:
    variables: dict[str, Any] = function["Environment"]["Variables"]
    return variables


def _permissions(function: dict[str, Any], resources: Resources) -> set[tuple[str, str]]:
    role = resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]
    assert "ManagedPolicyArns" not in role
    statements = [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    return {
        (action, _name(resource))
        for statement in statements
        for action in statement["Action"]
        for resource in _each(statement["Resource"])
    }


def _each(resource: Any) -> list[Any]:
    return resource if isinstance(resource, list) else [resource]


def _name(resource: Any) -> str:
    if isinstance(resource, dict):
        (value,) = resource.values()
        return ".".join(value) if isinstance(value, list) else str(value)
    return str(resource)
