"""How long a fresh function takes to start and answer, beside the floor: Chalice and a DynamoDB client alone.

`python -m tests.benchmarks.cold_start [ROUNDS]`. Both run from the package that AWS is given, in turn, each in
a process of its own, against DynamoDB Local.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.dynamodb_local import dynamodb_local
from infra.package import build
from infra.schema import create_tables

HERE = Path(__file__).parent / "cold"
TABLES = {"DataTable": "holdfast", "ConnectionsTable": "holdfast-connections"}
KEYS = '{"0001": "a key for benchmarks, long enough to be accepted"}'
AIM = 1.35
LOCAL_AWS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Start:
    """One process: milliseconds to import the app and to answer its first request."""

    import_ms: float
    first_request_ms: float

    @property
    def total_ms(self) -> float:
        """Both together: what a caller waits for."""
        return self.import_ms + self.first_request_ms


@dataclass(frozen=True)
class Subject:
    """What is measured: a module with an app, and the request that it gets."""

    name: str
    module: str
    event: dict[str, Any]
    expected: int = 200


def event(method: str, path: str, token: str, appointment: str, body: object = None) -> dict[str, Any]:
    """A REST API event."""
    return {
        "requestContext": {"resourcePath": path, "httpMethod": method, "requestId": "bench"},
        "headers": {"authorization": f"Bearer {token}", "content-type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"appointment_id": appointment},
        "body": None if body is None else json.dumps(body),
        "stageVariables": None,
    }


def measure(subject: Subject, code: Path, environment: dict[str, str]) -> Start:
    """One fresh process."""
    done = subprocess.run(
        [sys.executable, "-S", str(HERE / "probe.py"), subject.module, json.dumps(subject.event)],
        env={**environment, "PYTHONPATH": os.pathsep.join([str(code), str(HERE)])},
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("PROBE ")]
    import_ms, first_ms, status = line.split()[1:]
    if int(status) != subject.expected:
        raise SystemExit(f"{subject.name} answered {status}: {done.stdout}")
    return Start(float(import_ms), float(first_ms))


def main(rounds: int) -> None:
    """Measure in turn and print the medians and their ratios."""
    with dynamodb_local() as endpoint, tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            **LOCAL_AWS,
            "AWS_ENDPOINT_URL": endpoint,
            "JWT_KEYS": KEYS,
            "POWERTOOLS_LOG_LEVEL": "ERROR",
        }
        create_tables(boto3.client("dynamodb"), TABLES)
        code = Path(folder) / "code"
        with zipfile.ZipFile(build("local").code) as archive:
            archive.extractall(code)
        environment = {
            name: value for name, value in os.environ.items() if name.startswith(("AWS_", "JWT_", "POWERTOOLS_"))
        }
        environment |= {"TABLE_NAME": "holdfast", "CONNECTIONS_TABLE_NAME": "holdfast-connections"}
        environment |= {"AWS_LAMBDA_FUNCTION_NAME": "bench", "PATH": os.environ["PATH"]}
        environment |= {"LOCK_RATE_LIMIT": "1000000"}  # each round is an attempt of the same member
        report(subjects(), code, environment, rounds)


def subjects() -> list[Subject]:
    """The floor, a read, and a request with a body, which needs the schema library too."""
    from tests.app_client.practice import Practice

    practice = Practice()
    appointment, token = practice.creates_appointment(), practice.admin.token
    path = "/appointments/{appointment_id}"
    lock = event("POST", f"{path}/acquire-lock", token, appointment, {"sessionId": "a-tab-of-a-benchmark"})
    return [
        Subject("floor", "floor", event("GET", path, token, appointment)),
        Subject("read an appointment", "app", event("GET", path, token, appointment)),
        Subject("acquire a lock", "app", lock),
    ]


def report(measured: list[Subject], code: Path, environment: dict[str, str], rounds: int) -> None:
    """Run all in turn, one round to warm the disk uncounted, and print."""
    starts: dict[str, list[Start]] = {subject.name: [] for subject in measured}
    for number in range(rounds + 1):
        for subject in measured:
            start = measure(subject, code, environment)
            if number:
                starts[subject.name].append(start)
    floor = starts[measured[0].name]
    print(f"medians of {rounds} fresh processes each, in turn; ms          import    first    total    x floor")
    for name, found in starts.items():
        ratio = statistics.median(s.total_ms / f.total_ms for s, f in zip(found, floor, strict=True))
        middle = [
            statistics.median(getattr(s, part) for s in found)
            for part in ("import_ms", "first_request_ms", "total_ms")
        ]
        print(f"{name:<52}" + "".join(f"{ms:9.0f}" for ms in middle) + f"{ratio:10.2f}")
    print(f"aim: at most {AIM} times the floor")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
