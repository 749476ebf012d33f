"""Warm-up of the functions: a cold start takes a second here, and a page sends many requests."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# Concurrent requests of two browsers that open a page at once.
_CONCURRENCY = {
    "APIHandler": 3,
    "WebsocketConnect": 1,
    "WebsocketMessage": 1,
    "WebsocketDisconnect": 1,
    "OnChange": 1,
    "OnHistory": 1,
    "OnDeadline": 1,
    "OnFanout": 1,
    "OnNotice": 1,
}
# Each event is harmless: a health request, an unknown connection, a change without followers, timers and
# notification jobs of missing items, a frame without recipients.
_NO_CONNECTION = {"connectionId": "warm-up", "apiId": "warm-up", "stage": "ws", "domainName": "warm-up"}
_HEALTH = {
    "requestContext": {"resourcePath": "/health", "httpMethod": "GET"},
    "headers": {},
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "body": None,
}
_IGNORED_CHANGE = {
    "eventID": "warm-up",
    "eventName": "REMOVE",
    "eventSource": "aws:dynamodb",
    "dynamodb": {
        "ApproximateCreationDateTime": 0,
        "Keys": {"pk": {"S": "WARM-UP"}, "sk": {"S": "WARM-UP"}},
        "SequenceNumber": "0",
    },
}
_NO_LOCK = {"kind": "lock", "tenantId": "warm-up", "subjectId": "warm-up", "dueAt": 0, "lockId": None}
_NO_NOTIFICATION = {"tenantId": "warm-up", "appointmentId": "warm-up", "version": 0}
_MESSAGE = {"messageId": "warm-up", "eventSource": "aws:sqs"}
_FIFO_MESSAGE = {**_MESSAGE, "attributes": {"MessageGroupId": "warm-up"}}
_NO_FRAME = {"text": "{}", "own": {}, "to": []}
_EVENTS: dict[str, Any] = {
    "APIHandler": _HEALTH,
    "WebsocketConnect": {"requestContext": _NO_CONNECTION, "queryStringParameters": None},
    "WebsocketMessage": {"requestContext": _NO_CONNECTION, "body": ""},
    "WebsocketDisconnect": {"requestContext": _NO_CONNECTION},
    "OnChange": {"Records": [_IGNORED_CHANGE]},
    "OnHistory": {"Records": [_IGNORED_CHANGE]},
    "OnDeadline": {"Records": [{**_MESSAGE, "body": json.dumps(_NO_LOCK)}]},
    "OnFanout": {"Records": [{**_FIFO_MESSAGE, "body": json.dumps(_NO_FRAME)}]},
    "OnNotice": {"Records": [{**_FIFO_MESSAGE, "body": json.dumps(_NO_NOTIFICATION)}]},
}


def run(functions: Any, names: dict[str, str]) -> None:  # noqa: ANN401 - a Lambda client
    """Invoke every function concurrently; `names` are the functions by logical id."""
    calls = [logical_id for logical_id, times in _CONCURRENCY.items() for _ in range(times)]
    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(lambda logical_id: _call(functions, names[logical_id], _EVENTS[logical_id]), calls))


def _call(functions: Any, name: str, event: dict[str, Any]) -> None:  # noqa: ANN401
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
    if "FunctionError" in answer:
        raise SystemExit(f"{name} does not work: {answer['Payload'].read().decode()}")
