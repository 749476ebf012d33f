"""Each function: a role of its own with what it needs and nothing else, and the settings that it reads."""

from dataclasses import fields
from typing import Any

import pytest

from chalicelib.core.settings import Settings
from tests.infra.conftest import Resources

DATA, CONNECTIONS = "DataTable.Arn", "ConnectionsTable.Arn"
# The data's indexes are about different things: the timeline and the deadlines; who holds a lock, and histories.
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
# What a tab that goes or comes back does to the locks that it holds.
OWN_LOCKS = {("dynamodb:Query", HOLDERS), ("dynamodb:GetItem", DATA), ("dynamodb:PutItem", DATA)}
# Frames to connections. One that turns out to be gone is forgotten, which others are told in turn.
TELLING = {
    ("dynamodb:GetItem", CONNECTIONS),
    ("dynamodb:PutItem", CONNECTIONS),
    ("dynamodb:DeleteItem", CONNECTIONS),
    ("dynamodb:Query", CONNECTIONS),
    ("dynamodb:Query", CONNECTIONS_INDEX),
    ("execute-api:ManageConnections", POST_TO_CONNECTIONS),
    ("execute-api:ManageConnections", DELETE_CONNECTIONS),
    *OWN_LOCKS,
}
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
        ("dynamodb:Query", HOLDERS),
        *TELLING,
        ("secretsmanager:GetSecretValue", "JwtKeys.Id"),
    },
    "WebsocketConnect": TELLING,
    "WebsocketMessage": {*TELLING, ("dynamodb:UpdateItem", CONNECTIONS)},
    "WebsocketDisconnect": TELLING,
    "OnChange": {
        *STREAM,
        *TELLING,
        ("dynamodb:UpdateItem", DATA),
        ("dynamodb:Query", DATA_INDEX),
        ("sqs:SendMessage", TIMERS),
        ("sqs:SendMessage", FANOUT),
        ("sqs:SendMessage", NOTICES),
        ("sqs:SendMessage", "OnChangeDeadLetters.Arn"),
    },
    "OnFanout": {
        *TELLING,
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
# For tests and tools; set by Lambda itself.
NOT_GIVEN = {"JWT_KEYS", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER"}
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
# What a start outside local needs.
START = {"STAGE", "TABLE_NAME", "JWT_KEYS_SECRET_ID"} | POWERTOOLS
LOCKS = {"LOCK_SECONDS", "LOCK_GRACE_SECONDS", "CONTROL_REQUEST_SECONDS"}
SOCKETS = {"CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT"}
QUEUES = {"TIMER_QUEUE_URL", "FANOUT_QUEUE_URL", "NOTICE_QUEUE_URL"}
MAILS = {"MAIL_FROM", "PUBLIC_ORIGIN"}
# What each but the API is given.
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


def test_the_api_is_given_every_setting_but_the_queues_and_the_mails(functions: Resources) -> None:
    wanted = (_settings() - NOT_GIVEN - QUEUES - MAILS) | POWERTOOLS
    assert set(_variables(functions["APIHandler"])) == wanted


@pytest.mark.parametrize("function", sorted(VARIABLES))
def test_it_is_given_the_settings_that_it_reads(function: str, functions: Resources) -> None:
    assert set(_variables(functions[function])) == VARIABLES[function]
    assert VARIABLES[function] - POWERTOOLS <= _settings()


def test_a_setting_is_the_same_to_all(functions: Resources) -> None:
    given = [variables.items() for variables in map(_variables, functions.values())]
    assert len({(name, str(value)) for items in given for name, value in items}) == len(
        {name for items in given for name, _ in items}
    )


def test_a_mail_may_come_from_one_address_alone(resources: Resources) -> None:
    (policy,) = resources["OnNoticeRole"]["Properties"]["Policies"]
    (sends,) = (each for each in policy["PolicyDocument"]["Statement"] if "ses:SendRawEmail" in each["Action"])
    assert sends["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


@pytest.mark.parametrize("function", EVERY)
def test_it_is_traced_and_cannot_run_for_ever(function: str, functions: Resources) -> None:
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
