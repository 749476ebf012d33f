"""The time of each function from its start to its first event served, compared with a floor.

`python -m tests.benchmarks.cold_start [ROUNDS]`. The floor is Chalice and a DynamoDB client alone, for a read. All
run from the package that AWS is given, in turn, each in a process of its own, against DynamoDB Local.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from infra.dynamodb_local import dynamodb_local
from infra.package import build
from infra.schema import create_tables
from tests.fake_management_api.process import Conditions, fake_management_api_process

if TYPE_CHECKING:
    from tests.app_client.practice import Practice

HERE = Path(__file__).parent / "cold"
TABLES = {"DataTable": "holdfast", "ConnectionsTable": "holdfast-connections"}
AIM = 1.5
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
    "JWT_KEYS": '{"0001": "a key for benchmarks, long enough to be accepted"}',
    "POWERTOOLS_LOG_LEVEL": "ERROR",
    "TABLE_NAME": "holdfast",
    "CONNECTIONS_TABLE_NAME": "holdfast-connections",
    "TIMER_QUEUE_URL": "http://localhost/timers",
    "FANOUT_QUEUE_URL": "http://localhost/fanout.fifo",
    "NOTICE_QUEUE_URL": "http://localhost/notices.fifo",
    "MAIL_FROM": "bench@holdfast.test",
    "PUBLIC_ORIGIN": "https://holdfast.test",
    "LOCK_RATE_LIMIT": "1000000",  # each round is an attempt of the same member
}

Event = dict[str, Any]
# The schedule's event.
MINUTE: Event = {
    **dict.fromkeys(("version", "account", "region", "detail-type", "source", "time", "id"), ""),
    "resources": [],
    "detail": {},
}


@dataclass(frozen=True)
class Start:
    """One process: milliseconds to import the app and to serve its first event, and the CPU time of both."""

    import_ms: float
    first_event_ms: float
    cpu_ms: float

    @property
    def total_ms(self) -> float:
        """Both together: what a caller waits for."""
        return self.import_ms + self.first_event_ms


@dataclass(frozen=True)
class Subject:
    """What is measured: a function of a module, and the event that it gets in each round."""

    name: str
    function: str
    event: Callable[[], Event]
    module: str = "app"


def request(method: str, path: str, token: str, appointment: str, body: object = None) -> Event:
    """Return a REST API event."""
    return {
        "requestContext": {"resourcePath": path, "httpMethod": method, "requestId": "bench"},
        "headers": {"authorization": f"Bearer {token}", "content-type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"appointment_id": appointment},
        "body": None if body is None else json.dumps(body),
        "stageVariables": None,
    }


def lock_change(item: Event) -> Event:
    """Return the record of a new lock, as a stream's function gets it."""
    record = {
        "eventID": "bench",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": time.time(),
            "Keys": {"pk": item["pk"], "sk": item["sk"]},
            "NewImage": item,
            "SequenceNumber": "1",
        },
    }
    return {"Records": [record]}


def message(body: object) -> Event:
    """Return a queue's message."""
    attributes = {"MessageGroupId": "bench"}
    record = {"messageId": "bench", "eventSource": "aws:sqs", "body": json.dumps(body), "attributes": attributes}
    return {"Records": [record]}


def subjects() -> list[Subject]:
    """Return the floor and each function."""
    from tests.app_client.in_process import websocket_event
    from tests.app_client.practice import Practice

    practice = Practice()
    appointment, token = practice.creates_appointment(), practice.admin.token
    practice.admin.acquires(appointment)
    connected = practice.admin.connects().connection_id

    def ticket() -> str:
        return str(practice.admin.post("/auth/ws-ticket", {"sessionId": practice.admin.tab_id})["ticket"])

    path = "/appointments/{appointment_id}"
    read = request("GET", path, token, appointment)
    acquire = request("POST", f"{path}/acquire-lock", token, appointment, {"sessionId": practice.admin.tab_id})
    lock = lock_change(_item_of_lock(practice, appointment))
    connect = websocket_event("bench", "CONNECT")
    nothing = {"tenantId": "bench", "appointmentId": "bench"}
    return [
        Subject("floor", "app", lambda: read, module="floor"),
        Subject("api_handler, read an appointment", "app", lambda: read),
        Subject("api_handler, acquire a lock", "app", lambda: acquire),
        Subject(
            "websocket_connect",
            "websocket_connect",
            lambda: {**connect, "queryStringParameters": {"ticket": ticket()}},
        ),
        Subject(
            "websocket_message, ping",
            "websocket_message",
            lambda: websocket_event(connected, "MESSAGE", '{"action": "ping"}'),
        ),
        Subject(
            "websocket_disconnect",
            "websocket_disconnect",
            lambda: websocket_event(practice.admin.connects().connection_id, "DISCONNECT"),
        ),
        Subject("on_change, a new lock", "on_change", lambda: lock),
        Subject("on_history, a new lock", "on_history", lambda: lock),
        Subject("on_fanout, no recipient", "on_fanout", lambda: message({"text": "{}", "own": {}, "to": []})),
        Subject("on_notice, no appointment", "on_notice", lambda: message({**nothing, "version": 0})),
        Subject("on_deadline, no lock", "on_deadline", lambda: message({**nothing, "dueAt": 0, "lockId": None})),
        Subject("sweep, nothing overdue", "sweep", lambda: MINUTE),
    ]


def _item_of_lock(practice: "Practice", appointment: str) -> Event:
    key = {"pk": {"S": f"TENANT#{practice.tenant.id}#APPOINTMENT#{appointment}"}, "sk": {"S": "LOCK"}}
    return dict(boto3.client("dynamodb").get_item(TableName="holdfast", Key=key)["Item"])


def measure(subject: Subject, code: Path, environment: dict[str, str]) -> Start:
    """One fresh process."""
    done = subprocess.run(
        [sys.executable, "-S", HERE / "probe.py", subject.module, subject.function, json.dumps(subject.event())],
        env={
            **environment,
            "_HANDLER": f"app.{subject.function}",
            "PYTHONPATH": os.pathsep.join([str(code), str(HERE)]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line.split()[1:] for line in done.stderr.splitlines() if line.startswith("PROBE ")]
    if not found or found[0][0] != "200":
        raise SystemExit(f"{subject.name}: {found or 'no answer'}\n{done.stdout}{done.stderr}")
    return Start(*map(float, found[0][1:]))


def main(rounds: int) -> None:
    """Measure in turn and print the medians and their ratios."""
    with (
        dynamodb_local() as endpoint,
        fake_management_api_process(Conditions(latency_ms=0)) as management_api,
        tempfile.TemporaryDirectory() as folder,
    ):
        os.environ |= {**SETTINGS, "AWS_ENDPOINT_URL": endpoint}
        # It takes every POST, those to a queue too.
        os.environ |= {"WEBSOCKET_ENDPOINT": management_api, "AWS_ENDPOINT_URL_SQS": management_api}
        create_tables(boto3.client("dynamodb"), TABLES)
        code = Path(folder) / "code"
        with zipfile.ZipFile(build("local").code) as archive:
            archive.extractall(code)
        names = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "WEBSOCKET_ENDPOINT", "PATH", *SETTINGS)
        environment = {name: os.environ[name] for name in names} | {"AWS_LAMBDA_FUNCTION_NAME": "bench"}
        report(subjects(), code, environment, rounds)


def report(measured: list[Subject], code: Path, environment: dict[str, str], rounds: int) -> None:
    """Run all in turn, one round to warm the disk uncounted, and print."""
    starts: dict[str, list[Start]] = {subject.name: [] for subject in measured}
    for number in range(rounds + 1):
        for subject in measured:
            start = measure(subject, code, environment)
            if number:
                starts[subject.name].append(start)
    floor = starts[measured[0].name]
    print(f"medians of {rounds} fresh processes each, in turn; ms; the last column compares the least CPU times")
    print(f"{'':<36}{'import':>9}{'first':>9}{'total':>9}{'CPU':>9}{'x floor':>10}{'x least':>10}")
    for name, found in starts.items():
        pairs = list(zip(found, floor, strict=True))
        middle = [
            statistics.median(getattr(start, part) for start in found)
            for part in ("import_ms", "first_event_ms", "total_ms", "cpu_ms")
        ]
        ratios = [
            statistics.median(start.total_ms / least.total_ms for start, least in pairs),
            # Other work on the machine only ever adds to it.
            min(start.cpu_ms for start in found) / min(start.cpu_ms for start in floor),
        ]
        print(f"{name:<36}" + "".join(f"{ms:9.0f}" for ms in middle) + "".join(f"{x:10.2f}" for x in ratios))
    print(f"aim: at most {AIM} times the floor")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
