"""A function imports only what its start needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import app

# Each is needed by some requests alone, and would make every cold start wait for it.
LATE = ["pydantic", "argon2", "boto3", "icalendar", "zoneinfo", "aws_lambda_powertools.utilities.batch"]
_PRINT_MODULES = "import app, json, sys; print(json.dumps(sorted(sys.modules)))"


def test_importing_the_app_leaves_out_what_only_some_requests_need() -> None:
    fresh = subprocess.run(
        [sys.executable, "-c", _PRINT_MODULES],
        cwd=Path(app.__file__).parent,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )

    imported = set(json.loads(fresh.stdout))
    assert {"app", "chalice", "chalicelib.realtime.handlers"} <= imported
    assert imported.isdisjoint(LATE)


def test_what_is_not_http_has_its_function() -> None:
    functions = {"websocket_connect", "websocket_message", "websocket_disconnect", "on_change", "on_history"}

    assert functions <= set(app.app.handler_map)


def test_a_weak_key_stops_the_start_of_the_function_that_signs() -> None:
    environment = {**os.environ, "_HANDLER": "app.app", "JWT_KEYS": '{"0001": "weak"}'}

    start = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=Path(app.__file__).parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert start.returncode != 0
    assert "InvalidSettings: signing keys ['0001'] are shorter than 32 characters" in start.stderr
