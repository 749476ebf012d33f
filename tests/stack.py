"""The local stack, started as by `make run` and stopped with the tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra import ports, template
from infra.paths import ROOT

READY = "Ctrl-C stops everything"
# The first start on a machine installs the emulator and builds the page.
START_SECONDS = 300.0
STOP_SECONDS = 60.0
# Tests send more requests than people, and cannot wait for a grace of 15 s or a hold of 300 s.
SETTINGS = {
    "GENERAL_RATE_LIMIT": "1000000",
    "LOCK_RATE_LIMIT": "1000000",
    "LOCK_GRACE_SECONDS": "2",
    "HOLD_SECONDS": "25",
    "LOG_RETENTION_DAYS": "1",
}


@dataclass(frozen=True)
class Stack:
    """A running local stack."""

    port: int
    aws_port: int
    startup_output: str
    mail: Path

    @property
    def origin(self) -> str:
        """The origin of site and API."""
        return f"http://{ports.HOST}:{self.port}"

    @property
    def aws(self) -> str:
        """The emulator's address."""
        return f"http://{ports.HOST}:{self.aws_port}"

    @property
    def api(self) -> str:
        """The REST API's address."""
        return f"{self.origin}/api"

    @property
    def websocket(self) -> str:
        """The WebSocket API's address."""
        return f"{self.origin.replace('http', 'ws', 1)}/ws"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Yield a stack with the demo practice, for the whole session."""
    with running(tmp_path_factory.mktemp("stack")) as started:
        yield started


@contextmanager
def running(state: Path, **settings: str) -> Iterator[Stack]:
    """Run `make run` on free ports with these settings and its data in `state`; stop it as Ctrl-C does."""
    log = state / "make-run.log"
    port, aws_port = ports.free_port(), ports.free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            cwd=ROOT,
            env={**_environment(), **settings, **_paths(port, aws_port, state)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        _wait(process, log, state)
        yield Stack(port, aws_port, log.read_text(), state / "mail")
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(STOP_SECONDS)
    assert ended == 0, log.read_text()


def _environment() -> dict[str, str]:
    """Return the environment without settings of the functions."""
    settings = {_variable(name) for name in template.load()["Parameters"]}
    return {name: value for name, value in os.environ.items() if name not in settings} | SETTINGS


def _paths(port: int, aws_port: int, state: Path) -> dict[str, str]:
    return {"PORT": str(port), "AWS_PORT": str(aws_port), "HOLDFAST_STATE": str(state)}


def _variable(parameter: str) -> str:
    return "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in parameter).lstrip("_")


def _wait(process: subprocess.Popen[bytes], log: Path, state: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while READY not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            emulator = state / "emulator.log"
            more = emulator.read_text()[-4000:] if emulator.exists() else ""
            pytest.fail(f"The local stack did not start:\n{log.read_text()}\n{more}", pytrace=False)
        time.sleep(0.05)
