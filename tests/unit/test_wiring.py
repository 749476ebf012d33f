"""A process imports only what its function serves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import app

PACKAGES = {"accounts", "locking", "scheduling", "appointments", "booking", "notifications", "audit", "realtime"}
# Each is needed by some requests alone, and would make every cold start wait for it.
LATE = ["pydantic_core", "argon2", "boto3", "icalendar", "zoneinfo", "aws_lambda_powertools.utilities.batch"]
# Every frame is validated, so this function does not wait for the first one.
NEEDED_BY_EVERY_EVENT = {"websocket_message": {"pydantic_core"}}
_PRINT_MODULES = "import app, json, sys; print(json.dumps(sorted(sys.modules)))"


def start(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process, in the project's folder."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(app.__file__).parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def modules_at_start(handler: str) -> set[str]:
    """Return the modules that a function has imported once it is ready for its first event."""
    return set(json.loads(start(_PRINT_MODULES, _HANDLER=handler).stdout))


def test_app_imports_no_package_before_the_first_request() -> None:
    imported = modules_at_start("app.app")

    assert {"app", "chalice", "chalicelib.routes"} <= imported
    assert not {f"chalicelib.{package}" for package in PACKAGES} & imported
    assert imported.isdisjoint(LATE)


@pytest.mark.parametrize("function", app.HANDLERS)
def test_function_imports_its_handler_and_no_routes(function: str) -> None:
    imported = modules_at_start(f"app.{function}")

    assert app.HANDLERS[function].split(":")[0] in imported
    assert "chalicelib.routes" not in imported
    assert imported.isdisjoint(set(LATE) - NEEDED_BY_EVERY_EVENT.get(function, set()))


def test_every_function_that_is_not_http_has_a_handler() -> None:
    assert set(app.HANDLERS) <= set(app.app.handler_map)
    assert all(callable(app.handler_of(function)) for function in app.HANDLERS)


def test_weak_key_stops_the_start_of_the_function_that_signs() -> None:
    started = start("import app", _HANDLER="app.app", JWT_KEYS='{"0001": "weak"}')

    assert started.returncode != 0
    assert "InvalidSettings: signing keys ['0001'] are shorter than 32 characters" in started.stderr
