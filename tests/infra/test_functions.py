"""Each function: its role with exactly the needed permissions, and its settings."""

from dataclasses import fields
from typing import Any

import pytest

from chalicelib.core.settings import Settings
from tests.infra.conftest import Resources

DATA, CONNECTIONS = "DataTable.Arn", "ConnectionsTable.Arn"
# The indexes of the data table: timeline and deadlines; locks of members and histories.
DATA_INDEX, HOLDERS = "${DataTable.Arn}/index/gsi1", "${DataTable.Arn}/index/gsi2"
CONNECTIONS_INDEX = "${ConnectionsTable.Arn}/index/gsi1"
TIMERS, FANOUT, NOTICES = "LockTimers.Arn", "FanoutQueue.Arn", "NoticeQueue.Arn"
IDENTITIES = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"
STAGE_OF_SOCKETS = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebsocketAPI}/ws"
POST_TO_CONNECTIONS = f"{STAGE_OF_SOCKETS}/POST/@connections/*"
DELETE_CONNECTIONS = f"{STAGE_OF_SOCKETS}/DELETE/@connections/*"
STREAM = {
    ("dynamodb:DescribeStream", "DataTable.StreamArn"),
    ("dynamodb:GetRecords", "DataTable.StreamArn"),
    ("dynamodb:GetShardIterator", "DataTable.StreamArn"),
    ("dynamodb:ListStreams", "${DataTable.Arn}/stream/*"),
}
# Disconnects and reconnects of tabs change their locks.
OWN_LOCKS = {("dynamodb:Query", HOLDERS), ("dynamodb:GetItem", DATA), ("dynamodb:PutItem", DATA)}
# Frames to connections. A gone connection is removed, and others receive its presence.
SENDING_FRAMES = {
    ("dynamodb:GetItem", CONNECTIONS),
    ("dynamodb:PutItem", CONNECTIONS),
    ("dynamodb:DeleteItem", CONNECTIONS),
    ("dynamodb:Query", CONNECTIONS),
    ("dynamodb:Query", CONNECTIONS_INDEX),
    ("execute-api:ManageConnections", POST_TO_CONNECTIONS),
    ("execute-api:ManageConnections", DELETE_CONNECTIONS),
    *OWN_LOCKS,
}
# Beside logs and traces, which all functions have.
PERMISSIONS: dict[str, set[tuple[str, str]]] = {
    "APIHandler": {
        ("dynamodb:GetItem", DATA),
        ("dynamodb:ConditionCheckItem", DATA),
        ("dynamodb:PutItem", DATA),
        ("dynamodb:UpdateItem", DATA),
        ("dynamodb:DeleteItem", DATA),
        ("dynamodb:Query", DATA),
        ("dynamodb:Query", DATA_INDEX),
        ("dynamodb:Query", HOLDERS),
        *SENDING_FRAMES,
        ("secretsmanager:GetSecretValue", "JwtKeys.Id"),
    },
    "WebsocketConnect": SENDING_FRAMES,
    "WebsocketMessage": {*SENDING_FRAMES, ("dynamodb:UpdateItem", CONNECTIONS)},
    "WebsocketDisconnect": SENDING_FRAMES,
    "OnChange": {
        *STREAM,
        *SENDING_FRAMES,
        ("dynamodb:UpdateItem", DATA),
        ("dynamodb:Query", DATA_INDEX),
        ("sqs:SendMessage", TIMERS),
        ("sqs:SendMessage", FANOUT),
        ("sqs:SendMessage", NOTICES),
        ("sqs:SendMessage", "OnChangeDeadLetters.Arn"),
    },
    "OnFanout": {
        *SENDING_FRAMES,
        ("sqs:ReceiveMessage", FANOUT),
        ("sqs:DeleteMessage", FANOUT),
        ("sqs:GetQueueAttributes", FANOUT),
    },
    "OnNotice": {
        ("dynamodb:GetItem", DATA),
        ("dynamodb:PutItem", DATA),
        ("dynamodb:Query", DATA),
        ("ses:SendRawEmail", IDENTITIES),
        ("sqs:ReceiveMessage", NOTICES),
        ("sqs:DeleteMessage", NOTICES),
        ("sqs:GetQueueAttributes", NOTICES),
    },
    "OnHistory": {
        *STREAM,
        ("dynamodb:GetItem", DATA),
        ("dynamodb:PutItem", DATA),
        ("dynamodb:UpdateItem", DATA),
        ("sqs:SendMessage", "OnHistoryDeadLetters.Arn"),
    },
    "OnDeadline": {
        ("dynamodb:GetItem", DATA),
        ("dynamodb:PutItem", DATA),
        ("dynamodb:UpdateItem", DATA),
        ("sqs:ReceiveMessage", TIMERS),
        ("sqs:DeleteMessage", TIMERS),
        ("sqs:GetQueueAttributes", TIMERS),
        ("sqs:SendMessage", TIMERS),
    },
    "Sweep": {
        ("dynamodb:Query", DATA_INDEX),
        ("dynamodb:GetItem", DATA),
        ("dynamodb:PutItem", DATA),
        ("dynamodb:UpdateItem", DATA),
    },
}
TRACES = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
# For tests and tools, or set by Lambda itself.
NOT_GIVEN = {"JWT_KEYS", "_HANDLER"}
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
# Required outside local runs.
START = {"STAGE", "TABLE_NAME", "JWT_KEYS_SECRET_ID"} | POWERTOOLS
LOCKS = {"LOCK_SECONDS", "LOCK_GRACE_SECONDS", "CONTROL_REQUEST_SECONDS"}
SOCKETS = {"CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT"}
QUEUES = {"TIMER_QUEUE_URL", "FANOUT_QUEUE_URL", "NOTICE_QUEUE_URL"}
MAILS = {"MAIL_FROM", "PUBLIC_ORIGIN"}
# The settings of each function but the API.
VARIABLES = {
    "WebsocketConnect": START | LOCKS | SOCKETS,
    "WebsocketMessage": START | LOCKS | SOCKETS,
    "WebsocketDisconnect": START | LOCKS | SOCKETS,
    "OnChange": START | LOCKS | SOCKETS | QUEUES,
    "OnFanout": START | LOCKS | SOCKETS,
    "OnNotice": START | MAILS,
    "OnHistory": START,
    "OnDeadline": START | LOCKS | {"TIMER_QUEUE_URL"},
    "Sweep": START | LOCKS,
}
API_GATEWAY_SECONDS = 29
TIMEOUTS = {"OnChange": 60, "OnFanout": 20, "OnNotice": 60, "OnHistory": 60, "OnDeadline": 30, "Sweep": 60}
EVERY = sorted(PERMISSIONS)


def test_all_functions_are_covered(functions: Resources) -> None:
    assert sorted(functions) == EVERY


@pytest.mark.parametrize("function", EVERY)
def test_role_has_exactly_the_needed_permissions(
    function: str, functions: Resources, resources: Resources
) -> None:
    log_group = functions[function]["LoggingConfig"]["LogGroup"]["Ref"]
    logs = {(action, f"{log_group}.Arn") for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    assert _permissions(functions[function], resources) == PERMISSIONS[function] | TRACES | logs


def test_each_function_has_own_role_and_log_group(functions: Resources) -> None:
    roles = {str(function["Role"]) for function in functions.values()}
    logs = {str(function["LoggingConfig"]) for function in functions.values()}
    assert len(roles) == len(logs) == len(functions)


def test_permissions_have_no_wildcards_except_traces(functions: Resources, resources: Resources) -> None:
    held = set().union(*(_permissions(function, resources) for function in functions.values()))
    assert not [action for action, _ in held if "*" in action]
    assert {permission for permission in held if permission[1] == "*"} == TRACES


def test_api_gets_all_settings_but_queues_and_mail(functions: Resources) -> None:
    wanted = (_settings() - NOT_GIVEN - QUEUES - MAILS) | POWERTOOLS
    assert set(_variables(functions["APIHandler"])) == wanted


@pytest.mark.parametrize("function", sorted(VARIABLES))
def test_function_gets_exactly_the_settings_it_reads(function: str, functions: Resources) -> None:
    assert set(_variables(functions[function])) == VARIABLES[function]
    assert VARIABLES[function] - POWERTOOLS <= _settings()


def test_setting_has_one_value_in_all_functions(functions: Resources) -> None:
    given = [variables.items() for variables in map(_variables, functions.values())]
    assert len({(name, str(value)) for items in given for name, value in items}) == len(
        {name for items in given for name, _ in items}
    )


def test_mail_permission_is_limited_to_one_sender(resources: Resources) -> None:
    (policy,) = resources["OnNoticeRole"]["Properties"]["Policies"]
    (sends,) = (each for each in policy["PolicyDocument"]["Statement"] if "ses:SendRawEmail" in each["Action"])
    assert sends["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


@pytest.mark.parametrize("function", EVERY)
def test_function_is_traced_and_has_timeout(function: str, functions: Resources) -> None:
    properties = functions[function]
    assert properties["Tracing"] == "Active"
    assert properties["MemorySize"] == 1024
    assert properties["Timeout"] == TIMEOUTS.get(function, API_GATEWAY_SECONDS)


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
