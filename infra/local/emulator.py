"""Installation, start and stop of the AWS emulator."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import ports
from infra.local.configuration import Configuration
from infra.paths import ROOT

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
# A separate environment: it pins other versions, and functions must not find development packages.
ENVIRONMENT = ROOT / ".venv" / "emulator"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
# Root credentials of the emulated account. Functions use the credentials of their roles.
ROOT_KEY = ROOT_SECRET = "test"  # noqa: S105 - the emulator's, which listens on this machine alone


def install() -> None:
    """Install the pinned emulator, unless it is present."""
    stamp = ENVIRONMENT / "requirements.txt"
    if stamp.exists() and stamp.read_bytes() == REQUIREMENTS.read_bytes():
        return
    print("Installing the AWS emulator", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", ENVIRONMENT], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(_python()), "install", "-qq"]
    subprocess.run([*pip, "--requirement", REQUIREMENTS], check=True, stdin=subprocess.DEVNULL)
    shutil.copyfile(REQUIREMENTS, stamp)


@contextmanager
def running(configuration: Configuration, smtp: str) -> Iterator[None]:
    """Run the emulator on the data in `state`, with mails sent to `smtp`.

    It writes its memory to `state` when it stops, and only then.
    """
    state = configuration.state
    scratch = state / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    with _exclusive(state) as lock, (state / "emulator.log").open("wb") as log:
        _drop_stream_positions(state / "aws")
        process = subprocess.Popen(
            [_python(), "-m", "ministack"],
            env=_environment(configuration) | {"SMTP_HOST": smtp},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],  # keeps the folder locked while an orphaned emulator lives
            start_new_session=True,  # so that Ctrl-C reaches this process alone
        )
        try:
            ports.wait_until(
                lambda: ports.answers(configuration.aws_port), "The AWS emulator", START_SECONDS, process
            )
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)


def log_tail(configuration: Configuration, lines: int = 40) -> str:
    """Return the end of the emulator's and functions' log."""
    text = (configuration.state / "emulator.log").read_text(errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def _environment(configuration: Configuration) -> dict[str, str]:
    # Nothing of the caller's environment may reach a function except through the template.
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(configuration.state),
        "TMPDIR": str(configuration.state / "tmp"),
        "GATEWAY_PORT": str(configuration.aws_port),
        "BIND_HOST": ports.HOST,
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(configuration.state / "aws"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_WARM_TTL_SECONDS": "3600",  # a cold start takes a second here, and a warm function costs nothing
    }


@contextmanager
def _exclusive(state: Path) -> Iterator[int]:
    """Lock the folder: two emulators would overwrite each other's data."""
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"{state} is in use by another local run; stop that one first.") from None
        yield lock.fileno()


def _drop_stream_positions(state: Path) -> None:
    """Delete stored stream positions.

    The emulator keeps them without the streams and would wait for ever.
    """
    file = state / "lambda.json"
    if file.exists():
        saved = json.loads(file.read_text())
        saved["payload"].pop("dynamodb_stream_positions", None)
        file.write_text(json.dumps(saved))


def _python() -> Path:
    return ENVIRONMENT / "bin" / "python"
