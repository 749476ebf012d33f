"""The modules of ours that each function has loaded at its start and after its first event.

A cold start waits for them, a millisecond or so each; longer in the first event, since a function has a whole
processor only while it starts. Time itself is measured by `tests.benchmarks.cold_start`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import app

# Each case starts a process; one waits for a server that is not there.
pytestmark = pytest.mark.slow

SOCKET = {"connectionId": "c", "apiId": "a", "stage": "ws", "domainName": "d"}
LOCK_CHANGE: dict[str, Any] = {
    "eventID": "1",
    "eventName": "REMOVE",
    "eventSource": "aws:dynamodb",
    "dynamodb": {
        "ApproximateCreationDateTime": 1,
        "Keys": {"pk": {"S": "TENANT#t#APPOINTMENT#a"}, "sk": {"S": "LOCK"}},
        "SequenceNumber": "1",
    },
}
MESSAGE = {"messageId": "1", "eventSource": "aws:sqs", "attributes": {"MessageGroupId": "g"}}
FRAME = {"text": "{}", "own": {}, "to": []}
NOTIFICATION = {"tenantId": "t", "appointmentId": "a", "version": 0}
DEADLINE = {"tenantId": "t", "appointmentId": "a", "dueAt": 0, "lockId": None}
MINUTE = dict.fromkeys(
    ("version", "account", "region", "detail-type", "source", "time", "id", "resources", "detail"), ""
)


def message(body: object) -> dict[str, Any]:
    """Return a queue's event of one message."""
    return {"Records": [{**MESSAGE, "body": json.dumps(body)}]}


EVENTS: dict[str, dict[str, Any]] = {
    "websocket_connect": {
        "requestContext": {**SOCKET, "eventType": "CONNECT"},
        "queryStringParameters": {"ticket": "x"},
    },
    "websocket_message": {"requestContext": {**SOCKET, "eventType": "MESSAGE"}, "body": '{"action": "ping"}'},
    "websocket_disconnect": {"requestContext": {**SOCKET, "eventType": "DISCONNECT"}},
    "on_change": {"Records": [LOCK_CHANGE]},
    "on_history": {"Records": [LOCK_CHANGE]},
    "on_fanout": message(FRAME),
    "on_notice": message(NOTIFICATION),
    "on_deadline": message(DEADLINE),
    "sweep": MINUTE,
}
# No more than these; lower one when a function gets lighter.
MAX_MODULES = {
    "websocket_connect": 63,
    "websocket_message": 96,
    "websocket_disconnect": 57,
    "on_change": 82,
    "on_history": 75,
    "on_fanout": 71,
    "on_notice": 63,
    "on_deadline": 74,
    "sweep": 74,
}
MAX_MODULES_OF_REQUESTS = {
    "GET /health": 25,
    "GET /appointments/{appointment_id}": 57,
    "POST /appointments/{appointment_id}/acquire-lock": 47,
    "POST /appointments/{appointment_id}/renew-lock": 47,
    "PUT /appointments/{appointment_id}": 91,
    "GET /availability": 60,
    "POST /public/{slug}/holds": 86,
    "POST /public/{slug}/bookings": 86,
}
SERVE_EVENT = """
import json, sys
import app
try:
    getattr(app, sys.argv[1])(json.loads(sys.argv[2]), None)
except Exception:
    pass  # nothing answers at the endpoint; the handler was imported before it asked
"""
START = """
import sys
import app
"""
LOAD_ROUTE = """
import sys
import app
from chalicelib.routes import ROUTES
[route.load() for route in ROUTES if f"{route.method} {route.path}" == sys.argv[1]]
"""
PUBLISH_WITHOUT_MODULE = """
import json, sys
from chalicelib.core.events.stream_record import StreamRecord
from chalicelib.realtime.fanout import publish
sys.modules["chalicelib.realtime.events.calendar"] = None
try:
    publish(StreamRecord.parse(json.loads(sys.argv[1])), None)
except Exception as error:
    print(type(error).__name__)
"""
COUNT = """
print(json.dumps([name for name in sys.modules if name.startswith("chalicelib.")]))
"""
NOWHERE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "WEBSOCKET_ENDPOINT": "http://127.0.0.1:9/ws",
    "MAIL_FROM": "a@b.test",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}


def modules_after(code: str, function: str, *arguments: str) -> list[str]:
    """Return our modules in a fresh process that has run the code."""
    done = run(f"import json{code}{COUNT}", function, *arguments)
    return [str(name) for name in json.loads(done.stdout.splitlines()[-1])]


def run(code: str, function: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process of a function."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=Path(app.__file__).parent,
        env={**os.environ, **NOWHERE, "_HANDLER": f"app.{function}"},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.parametrize("function", app.HANDLERS)
def test_function_imports_what_its_first_event_needs(function: str) -> None:
    imported = modules_after(SERVE_EVENT, function, function, json.dumps(EVENTS[function]))

    assert len(imported) <= MAX_MODULES[function], sorted(imported)


@pytest.mark.parametrize("function", app.HANDLERS)
def test_function_imports_nothing_in_its_first_event(function: str) -> None:
    at_start = modules_after(START, function)

    assert modules_after(SERVE_EVENT, function, function, json.dumps(EVENTS[function])) == at_start


def test_missing_module_does_not_make_a_change_poison() -> None:
    keys = {**LOCK_CHANGE["dynamodb"]["Keys"], "sk": {"S": "APPOINTMENT"}}
    change = {**LOCK_CHANGE, "dynamodb": {**LOCK_CHANGE["dynamodb"], "Keys": keys}}

    published = run(PUBLISH_WITHOUT_MODULE, "on_change", json.dumps(change))

    assert published.stdout == "ModuleNotFoundError\n"


@pytest.mark.parametrize("route", MAX_MODULES_OF_REQUESTS)
def test_api_imports_what_its_first_request_needs(route: str) -> None:
    imported = modules_after(LOAD_ROUTE, "app", route)

    assert len(imported) <= MAX_MODULES_OF_REQUESTS[route], sorted(imported)
